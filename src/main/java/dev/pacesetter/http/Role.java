package dev.pacesetter.http;

import java.util.Locale;

/** What an API key is for. */
public enum Role {
    /** The app's back end: writes for any user. */
    INGEST,
    /** Operators: everything. */
    ADMIN;

    /** The word in the API and the database. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
