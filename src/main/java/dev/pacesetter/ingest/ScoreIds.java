package dev.pacesetter.ingest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** Names scores, so that one unique index both finds and dedupes them. */
final class ScoreIds {

    private ScoreIds() {}

    /** Any. */
    static UUID random() {
        return UUID.randomUUID();
    }

    /** The one that a user's idempotency key stands for: a UUID of version 8, from SHA-256 of both. */
    static UUID of(String userId, String idempotencyKey) {
        byte[] both = (userId + '\0' + idempotencyKey).getBytes(StandardCharsets.UTF_8);
        ByteBuffer digest;
        try {
            digest = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(both));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
        long high = (digest.getLong() & ~0xF000L) | 0x8000L;
        long low = (digest.getLong() & ~(0b11L << 62)) | (0b10L << 62);
        return new UUID(high, low);
    }
}
