package dev.pacesetter.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.util.Set;
import java.util.TreeSet;

/** Which methods a path has: an answer 405 has to say so (RFC 9110). */
final class AllowedMethods {

    private AllowedMethods() {}

    /** The methods of the routes that are for this path. */
    static Set<String> of(Router router, String path) {
        Set<String> methods = new TreeSet<>();
        for (Route route : router.getRoutes()) {
            Set<HttpMethod> some = route.methods();
            String template = route.getPath();
            if (some != null && template != null && matches(template, path)) {
                some.forEach(method -> methods.add(method.name()));
            }
        }
        return methods;
    }

    private static boolean matches(String template, String path) {
        String[] wanted = template.split("/", -1);
        String[] given = (path.endsWith("/") ? path.substring(0, path.length() - 1) : path).split("/", -1);
        if (wanted.length != given.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (!wanted[i].startsWith(":") && !wanted[i].equals(given[i])) {
                return false;
            }
        }
        return true;
    }
}
