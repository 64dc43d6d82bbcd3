package dev.pacesetter.account;

import dev.pacesetter.http.Auth;
import dev.pacesetter.http.JsonInput;
import dev.pacesetter.http.Mount;
import dev.pacesetter.http.Problem;
import dev.pacesetter.http.Reason;
import dev.pacesetter.http.Role;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** API keys, for admins. */
final class KeyRoutes implements Mount {

    private static final Predicate<String> ROLE =
            Pattern.compile("ingest|admin").asMatchPredicate();
    private static final Predicate<String> LABEL =
            Pattern.compile("[^\\p{Cntrl}]{1,64}").asMatchPredicate();
    private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private final ApiKeys keys;
    private final Withdrawals withdrawals;
    private final Auth auth;

    KeyRoutes(ApiKeys keys, Withdrawals withdrawals, Auth auth) {
        this.keys = keys;
        this.withdrawals = withdrawals;
        this.auth = auth;
    }

    @Override
    public void mount(Vertx vertx, Router router) {
        router.post("/api/v1/keys").handler(auth.admin()).handler(this::make);
        router.get("/api/v1/keys").handler(auth.admin()).handler(this::list);
        router.delete("/api/v1/keys/:id").handler(auth.admin()).handler(this::delete);
    }

    private void make(RoutingContext context) {
        JsonInput body = JsonInput.of(context);
        String role = body.text("role", ROLE, "ingest or admin");
        String label = body.text("label", LABEL, "1 to 64 characters that tell the key from others");
        body.check();
        keys.make(Role.valueOf(role.toUpperCase(Locale.ROOT)), label, Reason.act(context))
                .recover(Identity::explain)
                .onSuccess(made -> {
                    context.response().setStatusCode(201).putHeader("Cache-Control", "no-store");
                    context.json(new JsonObject()
                            .put("id", made.id().toString())
                            .put("key", made.key())
                            .put("role", role)
                            .put("label", label));
                })
                .onFailure(context::fail);
    }

    private void list(RoutingContext context) {
        keys.list()
                .recover(Identity::explain)
                .onSuccess(all -> {
                    JsonArray list = new JsonArray();
                    all.forEach(key -> list.add(new JsonObject()
                            .put("id", key.id().toString())
                            .put("role", key.role().word())
                            .put("label", key.label())
                            .put("prefix", key.prefix())
                            .put("createdAt", key.createdAt().toString())
                            .put(
                                    "lastUsedAt",
                                    key.lastUsedAt() == null
                                            ? null
                                            : key.lastUsedAt().toString())));
                    context.json(new JsonObject().put("keys", list));
                })
                .onFailure(context::fail);
    }

    private void delete(RoutingContext context) {
        String text = context.pathParam("id");
        Optional<UUID> id = ID.matcher(text).matches() ? Optional.of(UUID.fromString(text)) : Optional.empty();
        Problem unknown = Problem.notFound("There is no key with this id; see GET /keys");
        if (id.isEmpty()) {
            context.fail(unknown.exception());
            return;
        }
        keys.delete(id.get(), Reason.act(context))
                .recover(Identity::explain)
                .onSuccess(deleted -> {
                    if (deleted) {
                        withdrawals.key(id.get());
                        context.response().setStatusCode(204).end();
                    } else {
                        context.fail(unknown.exception());
                    }
                })
                .onFailure(context::fail);
    }
}
