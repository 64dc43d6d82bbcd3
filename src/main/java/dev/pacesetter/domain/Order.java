package dev.pacesetter.domain;

/** Which values stand higher. */
public enum Order {
    /** Larger is better. */
    DESC(-1),
    /** Smaller is better, as for times. */
    ASC(1);

    private final int sign;

    Order(int sign) {
        this.sign = sign;
    }

    /** The factor that makes ascending order the ranking order: -1 or 1. */
    public int sign() {
        return sign;
    }
}
