package dev.pacesetter.embedded;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** An embedded store cannot run. The message tells the operator why, and what to do. */
public final class EmbeddedStoreException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    EmbeddedStoreException(String message) {
        super(message);
    }

    EmbeddedStoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
