package dev.pacesetter;

import dev.pacesetter.settings.AdminKeyRule;
import dev.pacesetter.settings.AuthSettings;
import dev.pacesetter.settings.DataSettings;
import dev.pacesetter.settings.GroupSettings;
import dev.pacesetter.settings.HttpSettings;
import dev.pacesetter.settings.IngestSettings;
import dev.pacesetter.settings.LimitSettings;
import dev.pacesetter.settings.LiveSettings;
import dev.pacesetter.settings.PostgresSettings;
import dev.pacesetter.settings.RankingSettings;
import dev.pacesetter.settings.RedisSettings;
import dev.pacesetter.settings.Section;
import dev.pacesetter.settings.SettingsException;
import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * All settings: the defaults of {@code conf/config.json} on the class path, over them a file, over that the
 * environment ({@code http.port} is {@code PACESETTER_HTTP_PORT}). Nothing else reads the environment.
 *
 * @param leaderboards the JSON file of the leaderboards to create at the first start
 */
public record Settings(
        HttpSettings http,
        PostgresSettings postgres,
        RedisSettings redis,
        AuthSettings auth,
        IngestSettings ingest,
        RankingSettings ranking,
        LiveSettings live,
        GroupSettings groups,
        LimitSettings limits,
        DataSettings data,
        String leaderboards) {

    private static final String DEFAULTS = "conf/config.json";
    private static final String PREFIX = "PACESETTER_";
    private static final String CONFIG = PREFIX + "CONFIG";
    /** Names with our prefix that are no settings. */
    private static final Set<String> NOT_SETTINGS = Set.of(CONFIG, PREFIX + "REQUIRE_BROWSER");

    private static final Pattern PATH = Pattern.compile("[^\\x00-\\x1f]{1,4096}");
    private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,18}");
    private static final Pattern COMMA = Pattern.compile(",");
    private static final Pattern PLACE = Pattern.compile("line: (\\d+), column: (\\d+)");

    /**
     * Reads file and environment. The file is the one that {@code PACESETTER_CONFIG} names, or else
     * {@code conf/config.json} in the working directory if there is one.
     *
     * @return fails with a {@link SettingsException} that names everything wrong
     */
    public static Future<Settings> load(Vertx vertx, Map<String, String> environment) {
        List<String> problems = new ArrayList<>();
        JsonObject overrides = fromEnvironment(environment, problems);
        ConfigRetrieverOptions options = new ConfigRetrieverOptions().setIncludeDefaultStores(false);
        String named = environment.get(CONFIG);
        Path file = Path.of(named == null ? DEFAULTS : named).toAbsolutePath();
        if (named != null || Files.exists(file)) {
            options.addStore(
                    new ConfigStoreOptions().setType("file").setConfig(new JsonObject().put("path", file.toString())));
        }
        options.addStore(new ConfigStoreOptions().setType("json").setConfig(overrides));
        ConfigRetriever retriever = ConfigRetriever.create(vertx, options);
        return retriever
                .getConfig()
                .eventually(retriever::close)
                .recover(e -> {
                    problems.add(0, unreadable(file, e));
                    return Future.failedFuture(new SettingsException(problems));
                })
                .map(merged -> parse(merged, problems));
    }

    /**
     * Settings with these values over the defaults.
     *
     * @throws SettingsException naming everything wrong
     */
    public static Settings parse(JsonObject merged) {
        return parse(merged, List.of());
    }

    /** The same with what was started for us. */
    Settings with(PostgresSettings newPostgres, RedisSettings newRedis, AuthSettings newAuth) {
        return new Settings(
                http, newPostgres, newRedis, newAuth, ingest, ranking, live, groups, limits, data, leaderboards);
    }

    private static Settings parse(JsonObject merged, List<String> earlierProblems) {
        Section root = Section.root(plain(defaults().mergeIn(merged, true)));
        Settings settings = read(root);
        List<String> problems = new ArrayList<>(earlierProblems);
        problems.addAll(root.problems());
        checkParameters(settings.postgres(), problems);
        String guessable =
                AdminKeyRule.problem(settings.http(), settings.postgres(), settings.redis(), settings.auth());
        if (guessable != null) {
            problems.add(guessable);
        }
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        return settings;
    }

    /** Now rather than when connecting: the client's own message would show the password. */
    private static void checkParameters(PostgresSettings postgres, List<String> problems) {
        for (String uri : postgres.uris()) {
            try {
                PgConnectOptions.fromUri(uri);
            } catch (RuntimeException e) {
                problems.add(
                        "postgres.uri = " + postgres.shownUris() + ": expected parameters such as sslmode=require");
            }
        }
    }

    private static Settings read(Section in) {
        return new Settings(
                HttpSettings.read(in.section("http")),
                PostgresSettings.read(in.section("postgres")),
                RedisSettings.read(in.section("redis")),
                AuthSettings.read(in.section("auth")),
                IngestSettings.read(in.section("ingest")),
                RankingSettings.read(in.section("ranking")),
                LiveSettings.read(in.section("live")),
                GroupSettings.read(in.section("groups")),
                LimitSettings.read(in.section("limits")),
                DataSettings.read(in.section("data")),
                in.text("leaderboards", "a file", PATH));
    }

    private static JsonObject defaults() {
        try (InputStream in = Settings.class.getClassLoader().getResourceAsStream(DEFAULTS)) {
            return new JsonObject(Buffer.buffer(
                    Objects.requireNonNull(in, DEFAULTS + " on the class path").readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonObject fromEnvironment(Map<String, String> environment, List<String> problems) {
        Section root = Section.root(plain(defaults()));
        read(root);
        Map<String, String> paths = new HashMap<>();
        root.known().keySet().forEach(path -> paths.put(variable(path), path));
        JsonObject json = new JsonObject();
        new TreeMap<>(environment).forEach((name, value) -> {
            if (!name.startsWith(PREFIX) || NOT_SETTINGS.contains(name)) {
                return;
            }
            String path = paths.get(name);
            if (path == null) {
                problems.add(name + ": unknown, expected a setting such as " + variable("http.port"));
            } else {
                put(json, path, value(value, Objects.requireNonNull(root.known().get(path))));
            }
        });
        return json;
    }

    private static String variable(String path) {
        return PREFIX + path.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    private static void put(JsonObject json, String path, @Nullable Object value) {
        String[] keys = path.split("\\.", -1);
        JsonObject inner = json;
        for (int i = 0; i < keys.length - 1; i++) {
            if (!inner.containsKey(keys[i])) {
                inner.put(keys[i], new JsonObject());
            }
            inner = inner.getJsonObject(keys[i]);
        }
        inner.put(keys[keys.length - 1], value);
    }

    /** What cannot be converted stays a text, to be refused with the other bad values. */
    private static @Nullable Object value(String text, Section.Kind kind) {
        return switch (kind) {
            case INTEGER -> INTEGER.matcher(text).matches() ? (Object) Long.valueOf(text) : text;
            case TEXT -> text;
            case OPTIONAL -> text.isEmpty() ? null : text;
            case LIST ->
                new JsonArray(COMMA.splitAsStream(text)
                        .map(String::strip)
                        .filter(element -> !element.isEmpty())
                        .toList());
        };
    }

    private static String unreadable(Path file, Throwable e) {
        // Not the parser's own message: it quotes the file, and what it quotes may be a secret.
        return file + ": expected a readable file with one JSON object"
                + (e instanceof DecodeException ? place(e) : "");
    }

    private static String place(Throwable e) {
        Matcher matcher = PLACE.matcher(String.valueOf(e.getMessage()));
        return matcher.find() ? " (wrong at line " + matcher.group(1) + ", column " + matcher.group(2) + ")" : "";
    }

    private static Map<String, @Nullable Object> plain(JsonObject json) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        json.forEach(entry -> map.put(entry.getKey(), plain(entry.getValue())));
        return map;
    }

    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof JsonObject object) {
            return plain(object);
        }
        return value instanceof JsonArray array
                ? array.stream().map(Settings::plain).toList()
                : value;
    }
}
