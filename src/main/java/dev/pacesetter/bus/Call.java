package dev.pacesetter.bus;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.function.Function;

/**
 * A place on the event bus where something is asked and answered. An expected outcome is a reply; a failed future means
 * that the machinery failed: nobody there, no answer in time, or a defect.
 *
 * @param name the address
 * @param question what is asked
 * @param answer what comes back
 * @param timeoutMillis how long the asker waits
 */
public record Call<Q extends BusMessage, A extends BusMessage>(
        String name, Class<Q> question, Class<A> answer, long timeoutMillis) {

    /** Asks. */
    public Future<A> ask(EventBus bus, Q message) {
        DeliveryOptions options = new DeliveryOptions().setLocalOnly(true).setSendTimeout(timeoutMillis);
        return bus.<A>request(name, message, options).map(reply -> reply.body());
    }

    /** Answers. A failed answer reaches the asker as a failure without its stack. */
    public MessageConsumer<Q> answer(EventBus bus, Function<Q, Future<? extends A>> answer) {
        return bus.localConsumer(name, message -> answer.apply(message.body())
                .onSuccess(message::reply)
                .onFailure(failure -> message.fail(-1, String.valueOf(failure.getMessage()))));
    }
}
