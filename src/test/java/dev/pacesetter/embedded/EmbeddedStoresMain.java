package dev.pacesetter.embedded;

import java.nio.file.Path;

/** A process with embedded stores, to be killed. Says {@code ready <postgres> <redis>}, then waits for its end. */
public final class EmbeddedStoresMain {

    private EmbeddedStoresMain() {}

    public static void main(String[] args) throws InterruptedException {
        try {
            EmbeddedStores stores = EmbeddedStores.start(Path.of(args[0]), true, true);
            System.out.println("ready " + stores.postgresUri().orElseThrow() + " "
                    + stores.redisUri().orElseThrow());
            Thread.sleep(120_000);
        } catch (EmbeddedStoreException e) {
            System.out.println("failed " + e.getMessage());
        }
    }
}
