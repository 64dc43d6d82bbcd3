package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.pacesetter.support.Api;
import dev.pacesetter.support.Api.Answer;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.ErrorLog;
import dev.pacesetter.support.Oracle;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import dev.pacesetter.support.TestIssuer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The app's own users come with tokens of the app's own identity provider; nothing that only looks like one holds. */
class IdentityProviderIT {

    private static final String ME = "/api/v1/users/me";
    private static final RSAKey RSA = TestIssuer.rsa("rsa-1");
    private static final ECKey EC = TestIssuer.ec("ec-1");

    private static String database;
    private static ErrorLog log;
    private static RedisHandle redis;
    private static TestIssuer issuer;
    private static App app;
    private static Api api;

    @BeforeAll
    static void start() {
        database = Stores.newDatabase();
        log = ErrorLog.open();
        redis = Stores.newRedis();
        issuer = new TestIssuer();
        issuer.serve(RSA, EC);
        app = App.start(
                database,
                redis.uri(),
                new JsonObject()
                        .put("auth.jwt.jwks", issuer.url())
                        .put("auth.jwt.issuer", TestIssuer.ISSUER)
                        .put("auth.jwt.audience", TestIssuer.AUDIENCE));
        api = app.api();
    }

    @AfterAll
    static void stop() {
        app.close();
        redis.close();
        issuer.close();
        log.close();
        assertEquals(List.of(), log.errors(), "a bad token is no error of ours");
    }

    private static JWTClaimsSet.Builder good(String user) {
        return TestIssuer.claims(user, "Ada");
    }

    private static Answer me(String token) {
        return api.get(ME, token);
    }

    @Test
    void shouldKnowWhomTheProviderKnowsAndShowTheirNames() {
        for (JWK key : List.of(RSA, EC)) {
            String user = "idp." + key.getKeyID();
            String token = TestIssuer.token(
                    key, TestIssuer.claims(user, " Grace\u0007 H. ").build());
            assertEquals(
                    new JsonObject().put("id", user).put("displayName", "Grace H."),
                    me(token).json());
            assertEquals(
                    201,
                    api.post("/api/v1/scores", token, Api.score("rowing", 3)).status());
            Await.until("ranked by name", () -> api.get("/api/v1/leaderboards/overall/entries/me", token)
                    .text()
                    .contains("\"Grace H.\""));
            assertEquals(
                    403,
                    api.post("/api/v1/scores", token, Api.score("rowing", 3).put("userId", "somebody"))
                            .status());
        }
    }

    @Test
    void shouldCallSomebodyWithoutAFitNameByTheirId() {
        for (Object name : new Object[] {null, 5, "\u0000", "  "}) {
            String user =
                    "idp.nameless-" + Integer.toHexString(String.valueOf(name).hashCode());
            String token = TestIssuer.token(RSA, good(user).claim("name", name).build());
            assertEquals(user, me(token).json().getString("displayName"));
        }
        String longest = TestIssuer.token(
                RSA, good("idp.long").claim("name", "x".repeat(100)).build());
        assertEquals("x".repeat(64), me(longest).json().getString("displayName"));
    }

    @Test
    void shouldRenameWhenTheProviderSaysAnotherNameAndNotWhenItOnceDid() {
        Instant now = Instant.now();
        String first = TestIssuer.token(
                RSA,
                good("idp.renamed").issueTime(Date.from(now.minusSeconds(20))).build());
        String second = TestIssuer.token(
                RSA,
                TestIssuer.claims("idp.renamed", "Ada L.")
                        .issueTime(Date.from(now.minusSeconds(10)))
                        .build());
        assertEquals("Ada", me(first).json().getString("displayName"));
        assertEquals("Ada L.", me(second).json().getString("displayName"));
        assertEquals("Ada L.", me(first).json().getString("displayName"), "an older token brings no older name back");
        JsonObject own = new JsonObject().put("displayName", "The Countess");
        assertEquals(200, api.call("PATCH", ME, second, own.encode(), Map.of()).status());
        String third = TestIssuer.token(
                RSA,
                TestIssuer.claims("idp.renamed", "Ada L.")
                        .issueTime(Date.from(now))
                        .build());
        assertEquals("The Countess", me(third).json().getString("displayName"), "the provider says nothing new");
    }

    @Test
    void shouldAllowForTheClocksDifference() {
        Instant now = Instant.now();
        String late = TestIssuer.token(
                RSA,
                good("idp.skew").expirationTime(Date.from(now.minusSeconds(5))).build());
        String early = TestIssuer.token(
                RSA,
                good("idp.skew")
                        .issueTime(Date.from(now.plusSeconds(10)))
                        .notBeforeTime(Date.from(now.plusSeconds(10)))
                        .build());
        assertEquals(200, me(late).status());
        assertEquals(200, me(early).status());
    }

    /** Each says what is wrong with it, and nothing else is: the same token in order is taken. */
    @TestFactory
    Stream<DynamicTest> shouldRefuse() {
        Instant now = Instant.now();
        JWTClaimsSet claims = good("idp.mallory").build();
        String whole = TestIssuer.token(RSA, claims);
        String[] parts = whole.split("\\.", -1);
        String kid = Oracle.text(database, "select kid from signing_key");
        byte[] secret = HexFormat.of().parseHex(Oracle.text(database, "select encode(secret, 'hex') from signing_key"));
        JWTClaimsSet ours = good("idp.mallory").issuer("pacesetter").build();
        RSAKey attackers = TestIssuer.rsa("rsa-1");
        assertEquals(200, me(whole).status());
        return Map.<String, String>ofEntries(
                        Map.entry("alg none", part("{\"alg\":\"none\",\"kid\":\"rsa-1\"}") + "." + parts[1] + "."),
                        Map.entry(
                                "alg none with the signature",
                                part("{\"alg\":\"none\",\"kid\":\"rsa-1\"}") + "." + parts[1] + "." + parts[2]),
                        Map.entry("alg nOnE", part("{\"alg\":\"nOnE\",\"kid\":\"rsa-1\"}") + "." + parts[1] + "."),
                        Map.entry("no alg", part("{\"kid\":\"rsa-1\"}") + "." + parts[1] + "." + parts[2]),
                        Map.entry("HS256 by the public key, as DER", hmac("rsa-1", publicKey(), claims)),
                        Map.entry("HS256 by the public key, as PEM", hmac("rsa-1", pem(), claims)),
                        Map.entry(
                                "HS256 by the public key, as JWK",
                                hmac("rsa-1", bytes(RSA.toPublicJWK().toJSONString()), claims)),
                        Map.entry("a stripped signature", parts[0] + "." + parts[1] + "."),
                        Map.entry("two parts", parts[0] + "." + parts[1]),
                        Map.entry(
                                "a payload that was changed",
                                parts[0] + "." + part(good("victim").build().toString()) + "." + parts[2]),
                        Map.entry(
                                "a header that was changed",
                                part("{\"alg\":\"RS256\",\"kid\":\"rsa-1\",\"typ\":\"JWT\"}") + "." + parts[1] + "."
                                        + parts[2]),
                        Map.entry("the signature of another key", TestIssuer.token(attackers, claims)),
                        Map.entry(
                                "a key that it brings along",
                                TestIssuer.sign(
                                        attackers,
                                        new JWSHeader.Builder(JWSAlgorithm.RS256)
                                                .keyID("rsa-1")
                                                .jwk(attackers.toPublicJWK())
                                                .build(),
                                        claims)),
                        Map.entry("an alg that is not set", TestIssuer.token(RSA, JWSAlgorithm.RS512, claims)),
                        Map.entry(
                                "the alg of another kind of key",
                                part("{\"alg\":\"ES256\",\"kid\":\"rsa-1\"}") + "." + parts[1] + "." + parts[2]),
                        Map.entry(
                                "an extension that is critical",
                                TestIssuer.sign(
                                        RSA,
                                        new JWSHeader.Builder(JWSAlgorithm.RS256)
                                                .keyID("rsa-1")
                                                .criticalParams(Set.of("x"))
                                                .customParam("x", 1)
                                                .build(),
                                        claims)),
                        Map.entry("an unknown kid", TestIssuer.token(TestIssuer.rsa("unknown"), claims)),
                        Map.entry(
                                "no kid",
                                TestIssuer.sign(RSA, new JWSHeader.Builder(JWSAlgorithm.RS256).build(), claims)),
                        Map.entry(
                                "an end beyond the clocks' difference",
                                signed(good("idp.mallory").expirationTime(Date.from(now.minusSeconds(60))))),
                        Map.entry(
                                "a beginning beyond it",
                                signed(good("idp.mallory").notBeforeTime(Date.from(now.plusSeconds(90))))),
                        Map.entry(
                                "having been made in the future",
                                signed(good("idp.mallory").issueTime(Date.from(now.plusSeconds(90))))),
                        Map.entry("another issuer", signed(good("idp.mallory").issuer("https://id.example.net"))),
                        Map.entry("no issuer", signed(good("idp.mallory").issuer(null))),
                        Map.entry("another audience", signed(good("idp.mallory").audience("leaderboards2"))),
                        Map.entry("no audience", signed(good("idp.mallory").audience(List.of()))),
                        Map.entry("no exp", signed(good("idp.mallory").expirationTime(null))),
                        Map.entry("no iat", signed(good("idp.mallory").issueTime(null))),
                        Map.entry("no sub", signed(good("idp.mallory").subject(null))),
                        Map.entry("a sub that is no user id", signed(good("auth0|5f7c8ec7c33c6c004bbafe82"))),
                        Map.entry("a sub that is too long", signed(good("x".repeat(65)))),
                        Map.entry("our issuer, and a key of the provider", TestIssuer.token(RSA, ours)),
                        Map.entry("our issuer and kid, and a key of the provider", forged(kid, ours)),
                        Map.entry("the provider's issuer, and our key", hmac(kid, secret, claims)),
                        Map.entry("our issuer, HS256, and a kid of the provider", hmac("rsa-1", secret, ours)),
                        Map.entry("a part twice", whole + "." + parts[2]),
                        Map.entry("the same twice", whole + whole),
                        Map.entry("dots", "..."),
                        Map.entry("garbage", "%%%.%%%.%%%"),
                        Map.entry("a payload that is no JSON", parts[0] + "." + part("[]") + "." + parts[2]),
                        Map.entry("a header that is no JSON", part("x") + "." + parts[1] + "." + parts[2]),
                        Map.entry("deep nesting", part("{\"alg\":" + "[".repeat(3_000)) + "." + parts[1] + "."),
                        Map.entry("a huge number", part("{\"alg\":\"RS256\",\"kid\":1e999999999}") + ".e30.e30"),
                        Map.entry("seven thousand characters", "x".repeat(7_000)))
                .entrySet()
                .stream()
                .sorted(Map.Entry.comparingByKey())
                .map(bad -> DynamicTest.dynamicTest(bad.getKey(), () -> {
                    Answer answer = me(bad.getValue());
                    assertEquals(401, answer.status(), answer.text());
                    assertEquals("unauthenticated", answer.problem());
                    assertFalse(answer.text().contains("Exception"), answer.text());
                    assertEquals(
                            401,
                            api.post("/api/v1/scores", bad.getValue(), Api.score("running", 1))
                                    .status());
                    assertEquals(
                            0, Oracle.number(database, "select count(*) from athlete where id in ('victim', 'x')"));
                }));
    }

    private static String signed(JWTClaimsSet.Builder claims) {
        return TestIssuer.token(RSA, claims.build());
    }

    private static String forged(String kid, JWTClaimsSet claims) {
        return TestIssuer.sign(
                RSA, new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(kid).build(), claims);
    }

    private static String hmac(String kid, byte[] secret, JWTClaimsSet claims) {
        try {
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(kid).build(), claims);
            token.sign(new MACSigner(secret));
            return token.serialize();
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] publicKey() {
        try {
            return RSA.toRSAPublicKey().getEncoded();
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] pem() {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(publicKey());
        return bytes("-----BEGIN PUBLIC KEY-----\n" + lines + "\n-----END PUBLIC KEY-----\n");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String part(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(json));
    }

    @Test
    void shouldTakeBackByTheTimeTheyWereMadeWhatItDidNotIssueItself() {
        Instant now = Instant.now();
        String before = signed(good("idp.out"));
        String after = signed(good("idp.out").issueTime(Date.from(now.plusSeconds(20))));
        String others = signed(good("idp.in"));
        assertEquals(200, me(before).status());
        assertEquals(
                204,
                api.call("DELETE", "/api/v1/tokens", before, null, Map.of()).status());
        assertEquals(401, me(before).status());
        assertEquals(200, me(after).status());
        assertEquals(200, me(others).status());
    }

    @Test
    void shouldNotBringAnErasedUserBackByAnOldToken() {
        String token = signed(good("idp.gone"));
        assertEquals(200, me(token).status());
        assertEquals(
                204,
                api.call("DELETE", "/api/v1/users/idp.gone", App.ADMIN_KEY, null, Map.of())
                        .status());
        assertEquals(401, me(token).status());
        assertEquals(
                401, api.post("/api/v1/scores", token, Api.score("running", 1)).status());
        assertEquals(0, Oracle.number(database, "select count(*) from athlete where id = 'idp.gone'"));
        assertEquals(0, Oracle.number(database, "select count(*) from claimed_name where user_id = 'idp.gone'"));
    }

    @Test
    void shouldNotLetTheProviderTakeOverAnAccountOfOurs() {
        Api.Account ada = api.newAccount();
        String token = signed(TestIssuer.claims(ada.id(), "Mallory"));
        for (int i = 0; i < 2; i++) {
            Answer refused = me(token);
            assertEquals(401, refused.status(), refused.text());
            assertEquals("unauthenticated", refused.problem());
            assertTrue(refused.text().contains("sub is the id of an account"), refused.text());
            assertEquals(
                    401,
                    api.post("/api/v1/scores", token, Api.score("running", 1)).status());
            JsonObject own = me(ada.token()).json();
            assertEquals(ada.username(), own.getString("displayName"));
        }
        assertEquals(
                0, Oracle.number(database, "select count(*) from claimed_name where user_id = '" + ada.id() + "'"));
        assertEquals(0, Oracle.number(database, "select count(*) from score where user_id = '" + ada.id() + "'"));
    }
}
