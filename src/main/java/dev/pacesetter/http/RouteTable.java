package dev.pacesetter.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The routes of a router by their templates: which methods a path has, as an answer 405 has to say (RFC 9110), and which
 * route a request was for. Runs on one event loop.
 */
final class RouteTable {

    /** What is said of a path or a method that is not known, so that callers cannot make up new ones. */
    static final String OTHER = "other";

    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    /** One of them; there is one object for each. */
    static final class Entry {

        private final String method;
        private final String template;
        private final String[] segments;

        private Entry(String method, String template) {
            this.method = method;
            this.segments = template.split("/", -1);
            for (int i = 0; i < segments.length; i++) {
                if (segments[i].startsWith(":")) {
                    segments[i] = "{" + segments[i].substring(1) + "}";
                }
            }
            this.template = String.join("/", segments);
        }

        String method() {
            return method;
        }

        /** Such as {@code /api/v1/leaderboards/{id}}. */
        String template() {
            return template;
        }

        private boolean matches(String[] given) {
            if (segments.length != given.length) {
                return false;
            }
            for (int i = 0; i < given.length; i++) {
                if (!segments[i].startsWith("{") && !segments[i].equals(given[i])) {
                    return false;
                }
            }
            return true;
        }
    }

    private final Map<String, List<Entry>> ofMethods = new HashMap<>();
    /** By method, for paths that are not known. */
    private final Map<String, Entry> others = new HashMap<>();
    /** For methods that are not known. */
    private final Entry other = new Entry(OTHER, OTHER);

    /** Of a router that has all its routes. */
    RouteTable(Router router) {
        METHODS.forEach(method -> others.put(method, new Entry(method, OTHER)));
        for (Route route : router.getRoutes()) {
            Set<HttpMethod> methods = route.methods();
            String template = route.getPath();
            if (methods != null && template != null) {
                methods.forEach(method -> ofMethods
                        .computeIfAbsent(method.name(), name -> new ArrayList<>())
                        .add(new Entry(method.name(), template)));
            }
        }
    }

    /** The methods of the routes that are for this path. */
    Set<String> methods(String path) {
        String[] given = segments(path);
        Set<String> methods = new TreeSet<>();
        ofMethods.forEach((method, entries) -> {
            if (entries.stream().anyMatch(entry -> entry.matches(given))) {
                methods.add(method);
            }
        });
        return methods;
    }

    /** The route of a request: always one of few. */
    Entry find(String method, String path) {
        List<Entry> entries = ofMethods.getOrDefault(method, List.of());
        if (!entries.isEmpty()) {
            String[] given = segments(path);
            for (Entry entry : entries) {
                if (entry.matches(given)) {
                    return entry;
                }
            }
        }
        return others.getOrDefault(method, other);
    }

    private static String[] segments(String path) {
        return bare(path).split("/", -1);
    }

    /** A path as routes see it: they take a slash at the end for none. */
    static String bare(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
