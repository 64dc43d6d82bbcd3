import dev.pacesetter.embedded.EmbeddedStores;
import java.nio.file.Path;

/** Fresh stores for one contestant, durable, until this process is ended. Run with pacesetter.jar on the class path. */
public final class Stores {

    private Stores() {}

    /** @param args the directory for their data */
    public static void main(String[] args) throws InterruptedException {
        EmbeddedStores stores = EmbeddedStores.start(Path.of(args[0]), true, true);
        Runtime.getRuntime().addShutdownHook(new Thread(stores::close));
        System.out.println("stores at " + stores.postgresUri().orElseThrow() + " "
                + stores.redisUri().orElseThrow());
        Thread.currentThread().join();
    }
}
