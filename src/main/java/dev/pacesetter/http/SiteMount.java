package dev.pacesetter.http;

import dev.pacesetter.settings.Resources;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.StaticHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Properties;

/** The pages: the site, the contracts of HTTP and of the live stream, and the page to try it. */
public final class SiteMount implements Mount {

    private static final String SWAGGER_UI = "META-INF/resources/webjars/swagger-ui/";
    private static final String SWAGGER_UI_POM = "META-INF/maven/org.webjars/swagger-ui/pom.properties";

    private final Buffer contract = Buffer.buffer(Resources.text("openapi.yaml"));
    private final Buffer stream = Buffer.buffer(Resources.text("asyncapi.yaml"));

    @Override
    public void mount(Vertx vertx, Router router) {
        router.get("/openapi.yaml").handler(context -> yaml(context, contract));
        router.get("/asyncapi.yaml").handler(context -> yaml(context, stream));
        router.get("/docs").handler(context -> {
            if (context.normalizedPath().endsWith("/")) {
                context.next();
            } else {
                context.redirect("/docs/");
            }
        });
        // Files are few and small: no parts of them. These handlers leave alone what is neither GET nor HEAD.
        StaticHandler library = StaticHandler.create(SWAGGER_UI + version()).setEnableRangeSupport(false);
        router.route().method(HttpMethod.GET).method(HttpMethod.HEAD).handler(SiteMount::refuseHiddenSlashes);
        router.route("/webjars/swagger-ui/*").handler(library);
        // The client is for pages of other origins, too; what it may then watch, the bridge decides.
        router.route("/client/*").handler(context -> {
            context.response()
                    .putHeader("Access-Control-Allow-Origin", "*")
                    .putHeader("Cross-Origin-Resource-Policy", "cross-origin");
            context.next();
        });
        StaticHandler site = StaticHandler.create("webroot")
                .setMaxAgeSeconds(60)
                .setIncludeHidden(false)
                .setEnableRangeSupport(false);
        router.route().method(HttpMethod.GET).method(HttpMethod.HEAD).handler(site);
    }

    /** No file has a slash in its name; one that is encoded leads the handlers of files out of their directory. */
    private static void refuseHiddenSlashes(RoutingContext context) {
        String path = context.normalizedPath().toLowerCase(Locale.ROOT);
        if (path.contains("%2f") || path.contains("%5c")) {
            context.fail(404);
        } else {
            context.next();
        }
    }

    private static void yaml(RoutingContext context, Buffer text) {
        context.response()
                .putHeader("Content-Type", "application/yaml; charset=utf-8")
                .end(text);
    }

    /** As the library itself has it, so that it is written down once, in the pom. */
    private static String version() {
        try (InputStream in = SiteMount.class.getClassLoader().getResourceAsStream(SWAGGER_UI_POM)) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
