package dev.pacesetter.ingest;

import io.vertx.pgclient.PgException;

/** What it means for a batch that it failed. */
enum Refusal {
    /** Its stream is there no longer. */
    FORGOTTEN,
    /** Something in it cannot be stored, however often it is tried. */
    UNSTORABLE,
    /** Another one was in its way. */
    CONFLICT,
    /** Whether it was committed is not known. */
    LOST;

    private static final String FOREIGN_KEY = "23503";

    /** By SQLSTATE: 22 is data, 23 a constraint, 54 a limit of the server's, 40 a transaction rolled back. */
    static Refusal of(Throwable failure) {
        String state = failure instanceof PgException refusal ? String.valueOf(refusal.getSqlState()) : "";
        if (state.equals(FOREIGN_KEY)) {
            return FORGOTTEN;
        }
        if (state.startsWith("22") || state.startsWith("23") || state.startsWith("54")) {
            return UNSTORABLE;
        }
        return state.startsWith("40") ? CONFLICT : LOST;
    }
}
