package dev.pacesetter.account;

import dev.pacesetter.account.Accounts.Account;
import dev.pacesetter.account.Accounts.Put;
import dev.pacesetter.account.Accounts.User;
import dev.pacesetter.account.Tokens.Token;
import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.UserRenamed;
import dev.pacesetter.domain.DisplayName;
import dev.pacesetter.domain.Score;
import dev.pacesetter.http.Auth;
import dev.pacesetter.http.JsonInput;
import dev.pacesetter.http.Mount;
import dev.pacesetter.http.Principal;
import dev.pacesetter.http.Problem;
import dev.pacesetter.http.SignInLimits;
import dev.pacesetter.settings.AccountRule;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Users and their tokens. */
final class AccountRoutes implements Mount {

    private static final Predicate<String> USERNAME =
            Pattern.compile("[A-Za-z0-9_.-]{3,32}").asMatchPredicate();
    private static final String USERNAME_RULE = "3 to 32 of A-Z a-z 0-9 _ . -";
    private static final int MIN_PASSWORD = 8;
    private static final int MAX_PASSWORD = 128;
    private static final String ID_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int ID_LENGTH = 16;

    private static final String NO_SIGN_UP = "No accounts are made here: see the setting auth.accounts";
    private static final String NO_PASSWORDS =
            "Nobody signs in by password here: use a token of the app's identity provider, and see the setting auth.accounts";

    private final Accounts accounts;
    private final Passwords passwords;
    private final Tokens tokens;
    private final AccountRule rule;
    private final Auth auth;
    private final SignInLimits limits;
    private final SecureRandom random;

    AccountRoutes(
            Accounts accounts,
            Passwords passwords,
            Tokens tokens,
            AccountRule rule,
            Auth auth,
            SignInLimits limits,
            SecureRandom random) {
        this.accounts = accounts;
        this.passwords = passwords;
        this.tokens = tokens;
        this.rule = rule;
        this.auth = auth;
        this.limits = limits;
        this.random = random;
    }

    @Override
    public void mount(Vertx vertx, Router router) {
        // Who is calling does not matter here: an app that sends its old token along must be able to get a new one.
        router.post("/api/v1/users")
                .handler(auth.unasked())
                .handler(rule == AccountRule.OPEN ? this::signUp : refuse(NO_SIGN_UP));
        router.post("/api/v1/tokens")
                .handler(auth.unasked())
                .handler(rule == AccountRule.OFF ? refuse(NO_PASSWORDS) : this::signIn);
        router.get("/api/v1/users/me").handler(auth.user()).handler(this::me);
        router.patch("/api/v1/users/me").handler(auth.user()).handler(context -> rename(vertx, context));
        router.put("/api/v1/users/:id").handler(auth.key()).handler(context -> put(vertx, context));
    }

    private static Handler<RoutingContext> refuse(String why) {
        return context -> context.fail(Problem.forbidden(why).exception());
    }

    private void signUp(RoutingContext context) {
        JsonInput body = JsonInput.of(context);
        String username = body.text("username", USERNAME, USERNAME_RULE);
        String password =
                body.text("password", AccountRoutes::isPassword, MIN_PASSWORD + " to " + MAX_PASSWORD + " characters");
        String name = body.optionalText("displayName", AccountRoutes::isName, DisplayName.RULE);
        body.check();
        User user = new User(newId(), username, name == null ? username : shown(name));
        limits.signUp(context.request())
                .compose(allowed -> passwords.hash(password))
                .compose(hash -> accounts.create(user, username, hash))
                .recover(Identity::explain)
                .onSuccess(created -> {
                    context.response().setStatusCode(201);
                    context.json(json(user));
                })
                .onFailure(context::fail);
    }

    private void signIn(RoutingContext context) {
        JsonInput body = JsonInput.of(context);
        String username = body.text("username", any -> true, "the username");
        String password = body.text("password", any -> true, "the password");
        body.check();
        limits.signIn(context.request(), username, () -> account(username)
                        .compose(account -> signIn(account, password).map(user -> signedIn(user, account))))
                .recover(Identity::explain)
                .onSuccess(answer -> {
                    context.response().setStatusCode(201).putHeader("Cache-Control", "no-store");
                    context.json(answer);
                })
                .onFailure(context::fail);
    }

    private Future<Optional<Account>> account(String username) {
        return USERNAME.test(username) ? accounts.account(username) : Future.succeededFuture(Optional.empty());
    }

    /** As of before the password was checked: a token must not outlive what was taken back meanwhile. */
    private JsonObject signedIn(User user, Optional<Account> account) {
        Token token = tokens.issue(user.id(), account.map(Account::tokenVersion).orElse(0));
        return new JsonObject()
                .put("token", token.text())
                .put("expiresAt", token.expiresAt().toString())
                .put("user", json(user));
    }

    private Future<User> signIn(Optional<Account> account, String password) {
        // The same time and the same words, whether the account exists or not.
        String candidate = isPassword(password) ? password : "";
        return account.map(known -> passwords.check(candidate, known.passwordHash()))
                .orElseGet(() -> passwords.checkNobodys(candidate))
                .compose(check -> {
                    if (account.isEmpty() || !check.right()) {
                        return Future.failedFuture(Problem.unauthenticated("Username or password is wrong")
                                .exception());
                    }
                    User user = account.get().user();
                    if (check.outdated()) {
                        // A better hash can wait for another time; the password was right.
                        return passwords
                                .hash(password)
                                .compose(hash -> accounts.changeHash(user.id(), hash))
                                .map(user)
                                .otherwise(user);
                    }
                    return Future.succeededFuture(user);
                });
    }

    private void me(RoutingContext context) {
        String id = ((Principal.User) Auth.of(context)).id();
        accounts.user(id)
                .recover(Identity::explain)
                .compose(AccountRoutes::known)
                .onSuccess(user -> context.json(json(user)))
                .onFailure(context::fail);
    }

    private void rename(Vertx vertx, RoutingContext context) {
        String id = ((Principal.User) Auth.of(context)).id();
        JsonInput body = JsonInput.of(context);
        String name = body.text("displayName", AccountRoutes::isName, DisplayName.RULE);
        body.check();
        accounts.rename(id, shown(name))
                .compose(changed -> {
                    if (changed.orElse(false)) {
                        Addresses.USER_RENAMED.publish(vertx.eventBus(), new UserRenamed(id));
                    }
                    return accounts.user(id);
                })
                .recover(Identity::explain)
                .compose(AccountRoutes::known)
                .onSuccess(user -> context.json(json(user)))
                .onFailure(context::fail);
    }

    private static Future<User> known(Optional<User> user) {
        return user.map(Future::succeededFuture)
                .orElseGet(() -> Future.failedFuture(
                        Problem.unauthenticated("This user no longer exists").exception()));
    }

    private void put(Vertx vertx, RoutingContext context) {
        String id = context.pathParam("id");
        JsonInput body = JsonInput.of(context);
        String name = body.text("displayName", AccountRoutes::isName, DisplayName.RULE);
        if (!Score.isUserId(id)) {
            body.wrong("id", "must be 1 to 64 of A-Z a-z 0-9 _ . -");
        }
        body.check();
        String shown = shown(name);
        // Whoever has an account here is no user of the app's own, of whom a back end tells.
        accounts.put(id, shown, Auth.of(context).isAdmin())
                .compose(put -> put.refused()
                        ? Future.<Put>failedFuture(
                                Problem.forbidden("This user has an account here and chooses a name by PATCH /users/me;"
                                                + " an ingest key names the app's own users")
                                        .exception())
                        : Future.succeededFuture(put))
                .recover(Identity::explain)
                .onSuccess(put -> {
                    if (put.changed() && !put.made()) {
                        Addresses.USER_RENAMED.publish(vertx.eventBus(), new UserRenamed(id));
                    }
                    context.response().setStatusCode(put.made() ? 201 : 200);
                    context.json(new JsonObject().put("id", id).put("displayName", shown));
                })
                .onFailure(context::fail);
    }

    private static JsonObject json(User user) {
        JsonObject json = new JsonObject().put("id", user.id());
        if (user.username() != null) {
            json.put("username", user.username());
        }
        return json.put("displayName", user.name());
    }

    private static boolean isPassword(String text) {
        int length = text.codePointCount(0, text.length());
        return length >= MIN_PASSWORD && length <= MAX_PASSWORD;
    }

    private static boolean isName(String text) {
        return DisplayName.parse(text).isPresent();
    }

    private static String shown(String text) {
        return DisplayName.parse(text).orElseThrow();
    }

    private String newId() {
        StringBuilder id = new StringBuilder("u-");
        for (int i = 0; i < ID_LENGTH; i++) {
            id.append(ID_ALPHABET.charAt(random.nextInt(ID_ALPHABET.length())));
        }
        return id.toString();
    }
}
