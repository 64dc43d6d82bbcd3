package dev.pacesetter.fuzz;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One call of the contract.
 *
 * @param path with its parameters in braces
 * @param query names of its query parameters
 * @param fields a body that may be right, by field, as JSON; null when it takes none
 */
record Operation(String id, String method, String path, List<String> query, @Nullable Map<String, String> fields) {

    private static final List<String> METHODS = List.of("get", "put", "post", "patch", "delete");

    /** All of a contract. */
    static List<Operation> all(JsonObject contract) {
        List<Operation> all = new ArrayList<>();
        JsonObject paths = contract.getJsonObject("paths");
        for (String path : paths.fieldNames()) {
            if (!path.startsWith("/")) {
                // The library's own notes, in names such as __absolute_uri__.
                continue;
            }
            JsonObject item = paths.getJsonObject(path);
            for (String method : METHODS) {
                if (item.containsKey(method)) {
                    all.add(of(contract, method, path, item.getJsonObject(method)));
                }
            }
        }
        return all;
    }

    private static Operation of(JsonObject contract, String method, String path, JsonObject operation) {
        List<String> query = new ArrayList<>();
        for (Object each : operation.getJsonArray("parameters", new JsonArray())) {
            JsonObject parameter = resolved(contract, (JsonObject) each);
            if ("query".equals(parameter.getString("in"))) {
                query.add(parameter.getString("name"));
            }
        }
        JsonObject body = resolved(contract, operation.getJsonObject("requestBody", new JsonObject()))
                .getJsonObject("content", new JsonObject())
                .getJsonObject("application/json");
        Map<String, String> fields = body == null ? null : fields(contract, body.getJsonObject("schema"));
        return new Operation(
                operation.getString("operationId"), method.toUpperCase(java.util.Locale.ROOT), path, query, fields);
    }

    private static Map<String, String> fields(JsonObject contract, JsonObject schema) {
        Map<String, String> fields = new LinkedHashMap<>();
        JsonObject whole = resolved(contract, schema);
        for (Object each : whole.getJsonArray("allOf", new JsonArray())) {
            fields.putAll(fields(contract, (JsonObject) each));
        }
        JsonObject properties = whole.getJsonObject("properties", new JsonObject());
        for (String name : properties.fieldNames()) {
            if (!(properties.getValue(name) instanceof JsonObject)) {
                continue;
            }
            fields.put(name, value(contract, name, resolved(contract, properties.getJsonObject(name))));
        }
        return fields;
    }

    private static String value(JsonObject contract, String name, JsonObject schema) {
        if (schema.containsKey("enum")) {
            return Nasty.quoted(String.valueOf(schema.getJsonArray("enum").getValue(0)));
        }
        for (Object each : schema.getJsonArray("oneOf", new JsonArray())) {
            return value(contract, name, resolved(contract, (JsonObject) each));
        }
        String type = schema.getValue("type") instanceof JsonArray several
                ? several.getString(0)
                : schema.getString("type", "string");
        return switch (type) {
            case "integer", "number" -> String.valueOf(Math.max(1, schema.getInteger("minimum", 1)));
            case "boolean" -> "true";
            case "array" ->
                "[" + value(contract, name, resolved(contract, schema.getJsonObject("items", new JsonObject()))) + "]";
            case "object" -> "{}";
            default ->
                switch (name) {
                    case "occurredAt" -> Nasty.quoted(java.time.Instant.now().toString());
                    case "timeZone" -> "\"UTC\"";
                    default -> "\"fuzz-1\"";
                };
        };
    }

    private static JsonObject resolved(JsonObject contract, JsonObject schema) {
        String reference = schema.getString("$ref");
        if (reference == null) {
            return schema;
        }
        JsonObject found = contract;
        for (String name : reference.substring("#/".length()).split("/", -1)) {
            found = found.getJsonObject(name);
        }
        return resolved(contract, found);
    }

    boolean writes() {
        return !method.equals("GET");
    }

    /** A right body with one field replaced. */
    String body(@Nullable String field, String value) {
        StringBuilder body = new StringBuilder("{");
        for (Map.Entry<String, String> each : fields().entrySet()) {
            body.append(body.length() > 1 ? "," : "")
                    .append(Nasty.quoted(each.getKey()))
                    .append(':')
                    .append(each.getKey().equals(field) ? value : each.getValue());
        }
        return body.append('}').toString();
    }
}
