package dev.pacesetter.settings;

/** Who has an account with a password here: beside an identity provider of the app's own mostly nobody should. */
public enum AccountRule {
    /** Anybody may sign up. */
    OPEN,
    /** Nobody signs up; who has an account signs in. */
    CLOSED,
    /** Nobody signs up, and nobody signs in by password. */
    OFF
}
