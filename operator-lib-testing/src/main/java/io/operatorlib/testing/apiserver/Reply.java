package io.operatorlib.testing.apiserver;

import com.google.gson.JsonObject;
import io.operatorlib.spi.ApiResponse;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a verb answers.
 *
 * @param changed whether the store was changed
 * @param name the name of the object that it was about, where the path had none
 * @param warnings for people, in the reply's headers
 */
record Reply(int code, String text, boolean changed, String name, List<String> warnings) {

    static Reply ok(String text) {
        return new Reply(200, text, false, "", List.of());
    }

    static Reply of(int code, JsonObject object, boolean changed) {
        return new Reply(code, object.toString(), changed, "", List.of());
    }

    static Reply of(int code, String text, boolean changed) {
        return new Reply(code, text, changed, "", List.of());
    }

    static Reply of(ApiError error) {
        return new Reply(error.code(), error.body(), false, "", List.of());
    }

    Reply about(String other) {
        return new Reply(code, text, changed, other, warnings);
    }

    Reply warning(List<String> more) {
        return more.isEmpty() ? this : new Reply(code, text, changed, name, more);
    }

    ApiResponse response() {
        if (warnings.isEmpty() && code != 429 && code != 504) {
            return ApiResponse.of(code, text);
        }
        var headers = new TreeMap<>(Map.of("content-type", "application/json"));
        if (!warnings.isEmpty()) {
            headers.put("warning", warnings.stream().map(Reply::quoted).collect(Collectors.joining(", ")));
        }
        if (code == 429 || code == 504) {
            headers.put("retry-after", "1");
        }
        return new ApiResponse(code, headers, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String quoted(String warning) {
        return "299 - \"" + warning.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
