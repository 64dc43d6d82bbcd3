package dev.pacesetter.settings;

import java.io.Serial;
import java.util.List;

/** Settings that are wrong or unknown. The message is one line for the operator and holds no secret. */
public final class SettingsException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    /** @param problems at least one, each naming a key, its value and what was expected */
    public SettingsException(List<String> problems) {
        super("Wrong settings: " + String.join("; ", problems));
    }
}
