package dev.pacesetter.http;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/**
 * What every answer tells browsers, so that nothing runs in our pages but our own files, nobody puts them into a frame,
 * and no answer is taken for another kind of file or kept where it should not be. Routes may say otherwise of caching.
 */
final class SecurityHeaders implements Handler<RoutingContext> {

    /** Of what is no page: should a browser show it after all, it can do nothing. */
    static final String NOTHING = "default-src 'none'; frame-ancestors 'none'";

    /** Scripts and styles are files of ours; what a page is told becomes text, never markup. */
    static final String PAGES = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            + "font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

    private static final String NO_MARKUP = PAGES + "; require-trusted-types-for 'script'; trusted-types 'none'";

    private static final CharSequence POLICY = HttpHeaders.createOptimized("content-security-policy");
    private static final CharSequence SNIFFING = HttpHeaders.createOptimized("x-content-type-options");
    private static final CharSequence NO_SNIFFING = HttpHeaders.createOptimized("nosniff");
    private static final CharSequence REFERRER = HttpHeaders.createOptimized("referrer-policy");
    private static final CharSequence NO_REFERRER = HttpHeaders.createOptimized("no-referrer");
    private static final CharSequence RESOURCES = HttpHeaders.createOptimized("cross-origin-resource-policy");
    private static final CharSequence SAME_ORIGIN = HttpHeaders.createOptimized("same-origin");
    private static final CharSequence TRANSPORT = HttpHeaders.createOptimized("strict-transport-security");
    private static final CharSequence A_YEAR = HttpHeaders.createOptimized("max-age=31536000");
    private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
    private static final CharSequence API_POLICY = HttpHeaders.createOptimized(NOTHING);

    private final boolean tls;

    /**
     * With how we are reached.
     *
     * @param tls whether by TLS: then browsers shall never come without again
     */
    SecurityHeaders(boolean tls) {
        this.tls = tls;
    }

    @Override
    public void handle(RoutingContext context) {
        // As routes see it: an encoded letter is that letter.
        String path = context.normalizedPath();
        MultiMap headers = context.response().headers();
        headers.set(SNIFFING, NO_SNIFFING).set(REFERRER, NO_REFERRER);
        if (tls) {
            headers.set(TRANSPORT, A_YEAR);
        }
        if (isData(path)) {
            headers.set(POLICY, API_POLICY).set(HttpHeaders.CACHE_CONTROL, NO_STORE);
        } else {
            headers.set(POLICY, isOfLibrary(path) ? PAGES : NO_MARKUP)
                    .set("X-Frame-Options", "DENY")
                    .set("Cross-Origin-Opener-Policy", "same-origin")
                    .set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
                    .set(RESOURCES, SAME_ORIGIN);
        }
        context.next();
    }

    private static boolean isData(String path) {
        return path.startsWith("/api/")
                || path.startsWith("/eventbus")
                || path.startsWith("/health/")
                || path.equals("/metrics");
    }

    /** The page to try the API is a library's, which makes markup. */
    private static boolean isOfLibrary(String path) {
        return path.startsWith("/docs") || path.startsWith("/webjars/");
    }
}
