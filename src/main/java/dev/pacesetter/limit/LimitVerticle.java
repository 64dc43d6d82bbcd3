package dev.pacesetter.limit;

import dev.pacesetter.redis.RedisLink;
import dev.pacesetter.settings.RedisSettings;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.jspecify.annotations.Nullable;

/** Keeps the limits' own connection to Redis: what rankings have in hand does not delay them. */
public final class LimitVerticle extends VerticleBase implements RedisLink.Listener {

    private final Limits limits;
    private final RedisSettings settings;
    private @Nullable RedisLink link;

    /** With whom to connect. */
    public LimitVerticle(Limits limits, RedisSettings settings) {
        this.limits = limits;
        this.settings = settings;
    }

    /** Does not wait for Redis: until it is there, this node counts alone. */
    @Override
    public Future<?> start() {
        RedisLink opening = new RedisLink(vertx, settings, this);
        link = opening;
        limits.connect(context, opening);
        opening.open();
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        limits.setUp(false);
        return link == null ? Future.succeededFuture() : link.close();
    }

    @Override
    public void up() {
        limits.setUp(true);
    }

    @Override
    public void down() {
        limits.setUp(false);
    }

    @Override
    public void message(String channel, String text) {
        throw new IllegalStateException("subscribed to nothing, heard " + channel);
    }
}
