package dev.pacesetter.bus;

import io.vertx.core.Handler;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;

/**
 * A place on the event bus where messages of one type are told, not asked.
 *
 * @param name the address
 * @param type what travels there
 */
public record Address<T extends BusMessage>(String name, Class<T> type) {

    private static final DeliveryOptions LOCAL = new DeliveryOptions().setLocalOnly(true);

    /** Tells everyone who listens. */
    public void publish(EventBus bus, T message) {
        bus.publish(name, message, LOCAL);
    }

    /** Listens. The caller's verticle takes the consumer down with itself. */
    public MessageConsumer<T> consume(EventBus bus, Handler<T> handler) {
        return bus.localConsumer(name, message -> handler.handle(message.body()));
    }
}
