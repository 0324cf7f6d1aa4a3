package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** The rules for ConfigMaps and Secrets. */
final class ConfigRules {
    /** The server takes this many bytes of data in one object. */
    private static final int MOST_BYTES = 1024 * 1024;

    private ConfigRules() {}

    static void configMap(Checks checks, JsonObject configMap) {
        JsonObject binary = Json.object(configMap, "binaryData");
        JsonObject data = Json.object(configMap, "data");
        long bytes = 0;
        for (String key : data.keySet()) {
            Path at = Path.of("data").key(key);
            checks.invalid(at, key, Names.key(key));
            if (binary.has(key)) {
                checks.invalid(at, key, "duplicate of key present in binaryData");
            }
            bytes += Json.text(data, key).getBytes(StandardCharsets.UTF_8).length;
        }
        for (String key : binary.keySet()) {
            checks.invalid(Path.of("binaryData").key(key), key, Names.key(key));
            bytes += Json.text(binary, key).length() * 3L / 4;
        }
        if (bytes > MOST_BYTES) {
            checks.add(Cause.tooLong("", MOST_BYTES));
        }
    }

    static void secret(Checks checks, JsonObject secret) {
        JsonObject data = Json.object(secret, "data");
        long bytes = 0;
        for (String key : data.keySet()) {
            checks.invalid(Path.of("data").key(key), key, Names.key(key));
            bytes += Json.text(data, key).length() * 3L / 4;
        }
        if (bytes > MOST_BYTES) {
            checks.add(Cause.tooLong("data", MOST_BYTES));
        }
        switch (Json.text(secret, "type")) {
            case "kubernetes.io/tls" -> keys(checks, data, List.of("tls.crt", "tls.key"));
            case "kubernetes.io/basic-auth" -> {
                if (!data.has("username") && !data.has("password")) {
                    keys(checks, data, List.of("username", "password"));
                }
            }
            case "kubernetes.io/ssh-auth" -> keys(checks, data, List.of("ssh-privatekey"));
            case "kubernetes.io/dockerconfigjson" -> docker(checks, data);
            case "kubernetes.io/service-account-token" -> {
                String annotation = "kubernetes.io/service-account.name";
                if (Json.text(Json.object(secret, "metadata", "annotations"), annotation)
                        .isEmpty()) {
                    checks.required(Path.of("metadata").child("annotations").key(annotation), "");
                }
            }
            default -> {}
        }
    }

    private static void keys(Checks checks, JsonObject data, List<String> keys) {
        for (String key : keys) {
            if (!data.has(key)) {
                checks.required(Path.of("data").key(key), "");
            }
        }
    }

    private static void docker(Checks checks, JsonObject data) {
        String key = ".dockerconfigjson";
        if (!data.has(key)) {
            checks.required(Path.of("data").key(key), "");
            return;
        }
        String text = new String(Base64.getDecoder().decode(Json.text(data, key)), StandardCharsets.UTF_8).strip();
        if (!text.startsWith("{")) {
            String problem = text.isEmpty()
                    ? "unexpected end of JSON input"
                    : "invalid character '" + text.charAt(0) + "' looking for beginning of value";
            checks.invalid(Path.of("data").key(key), "<secret contents redacted>", problem);
        }
    }

    static void update(Checks checks, String kind, JsonObject object, JsonObject old) {
        if (kind.equals("Secret") && !Json.text(object, "type").equals(Json.text(old, "type"))) {
            checks.invalid(Path.of("type"), Json.text(object, "type"), "field is immutable");
        }
        if (!Json.flag(old, "immutable")) {
            return;
        }
        String reason = "field is immutable when `immutable` is set";
        if (!Json.flag(object, "immutable")) {
            checks.forbidden(Path.of("immutable"), reason);
        }
        for (String field : List.of("data", "binaryData")) {
            if (!Json.object(object, field).equals(Json.object(old, field))) {
                checks.forbidden(Path.of(field), reason);
            }
        }
    }
}
