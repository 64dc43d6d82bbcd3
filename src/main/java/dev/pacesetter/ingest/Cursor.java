package dev.pacesetter.ingest;

import dev.pacesetter.http.Paging;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where a page of scores ended; opaque to clients. */
record Cursor(OffsetDateTime time, UUID id) {

    private static final int MAX_YEAR = 9999;

    /**
     * The one in a request.
     *
     * @param text null: none
     * @throws dev.pacesetter.http.ProblemException when it is not one of ours
     */
    static @Nullable Cursor parse(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII).split(" ", 2);
            // PostgreSQL knows fewer times than Java.
            OffsetDateTime time = Instant.parse(parts[0]).atOffset(ZoneOffset.UTC);
            if (time.getYear() < 0 || time.getYear() > MAX_YEAR) {
                throw Paging.badCursor();
            }
            return new Cursor(time, UUID.fromString(parts[1]));
        } catch (IllegalArgumentException | DateTimeException | ArrayIndexOutOfBoundsException none) {
            throw Paging.badCursor();
        }
    }

    String text() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((time.toInstant() + " " + id).getBytes(StandardCharsets.US_ASCII));
    }
}
