package dev.pacesetter.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;
import java.util.LinkedHashSet;
import java.util.Set;

/** Hands an immutable message over as it is. It never leaves the node: between nodes the signal is Redis's. */
final class LocalCodec<T extends BusMessage> implements MessageCodec<T, T> {

    private final String name;

    private LocalCodec(Class<T> type) {
        this.name = type.getName();
    }

    /** Registers one for every kind of {@link BusMessage}. */
    static void registerAll(EventBus bus) {
        Set<Class<? extends BusMessage>> kinds = new LinkedHashSet<>();
        collect(BusMessage.class, kinds);
        kinds.forEach(kind -> register(bus, kind));
    }

    private static void collect(Class<? extends BusMessage> type, Set<Class<? extends BusMessage>> kinds) {
        if (!type.isInterface()) {
            kinds.add(type);
            return;
        }
        for (Class<?> permitted : type.getPermittedSubclasses()) {
            collect(permitted.asSubclass(BusMessage.class), kinds);
        }
    }

    private static <T extends BusMessage> void register(EventBus bus, Class<T> kind) {
        bus.registerDefaultCodec(kind, new LocalCodec<>(kind));
    }

    @Override
    public T transform(T message) {
        return message;
    }

    @Override
    public void encodeToWire(Buffer buffer, T message) {
        throw new UnsupportedOperationException(name + " stays on its node");
    }

    @Override
    public T decodeFromWire(int position, Buffer buffer) {
        throw new UnsupportedOperationException(name + " stays on its node");
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }
}
