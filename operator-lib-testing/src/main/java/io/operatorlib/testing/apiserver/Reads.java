package io.operatorlib.testing.apiserver;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.operatorlib.testing.apiserver.schema.Cause;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** The verbs get and list. */
final class Reads {
    private final Store store;

    Reads(Store store) {
        this.store = store;
    }

    /**
     * The object that a path names.
     *
     * @throws ApiError 404 where there is none
     */
    Stored find(ServedKind kind, String namespace, String name) {
        Stored found = store.get(Versions.stored(kind), Versions.key(kind, namespace, name));
        if (found == null) {
            throw ApiError.notFound(kind.group(), kind.plural(), name);
        }
        return found;
    }

    Reply get(Call call, ServedKind kind) {
        checkNotTooLarge(call.query("resourceVersion"));
        return Reply.ok(find(kind, call.namespace(), call.name()).text(kind));
    }

    private void checkNotTooLarge(String resourceVersion) {
        long wanted = revision(resourceVersion);
        long current = store.revision();
        if (wanted > current) {
            throw ApiError.tooLargeRevision(wanted, current);
        }
    }

    /** Reads a resource version; 0 where none is given. */
    static long revision(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        try {
            return Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            throw ApiError.badRequest("invalid resource version: " + notARevision(text));
        }
    }

    static String notARevision(String text) {
        return "resourceVersion: Invalid value: \"" + text + "\": strconv.ParseUint: parsing \"" + text
                + "\": invalid syntax";
    }

    static ApiError invalidOption(Cause cause) {
        return ApiError.invalid("meta.k8s.io", "ListOptions", "", List.of(cause));
    }

    /** Where a page begins, and at which revision its list stands; 0 for the present. */
    private record From(long revision, String after) {
        String token() {
            var json = new JsonObject();
            json.addProperty("v", "meta.k8s.io/v1");
            json.addProperty("rv", revision);
            json.addProperty("start", after + "\0");
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(json.toString().getBytes(StandardCharsets.UTF_8));
        }

        static From of(String token) {
            byte[] bytes;
            try {
                bytes = Base64.getUrlDecoder().decode(token);
            } catch (IllegalArgumentException e) {
                throw unreadable("illegal base64 data");
            }
            try {
                JsonElement json =
                        Json.parse(new String(bytes, StandardCharsets.UTF_8)).value();
                Long revision = json instanceof JsonObject object ? Json.number(object, "rv") : null;
                if (revision != null) {
                    String start = Json.string((JsonObject) json, "start");
                    return new From(revision, start.replace("\0", ""));
                }
                throw unreadable("it has no revision");
            } catch (Json.MalformedException e) {
                String first = new String(bytes, 0, Math.min(1, bytes.length), StandardCharsets.ISO_8859_1);
                throw unreadable("invalid character '" + first + "' looking for beginning of value");
            }
        }

        private static ApiError unreadable(String why) {
            return ApiError.badRequest("invalid continue token: continue key is not valid: " + why);
        }
    }

    Reply list(Call call, ServedKind kind) {
        Selector selector = Selector.of(call, kind);
        String prefix = prefix(call, kind);
        From from = from(call);
        Store.Snapshot snapshot = snapshot(Versions.stored(kind), prefix, from);
        return Reply.ok(page(call, kind, selector, snapshot, from));
    }

    static String prefix(Call call, ServedKind kind) {
        return kind.namespaced() && !call.namespace().isEmpty() ? call.namespace() + "/" : "";
    }

    private From from(Call call) {
        String token = call.query("continue");
        String version = call.query("resourceVersion");
        String match = call.query("resourceVersionMatch");
        checkMatch(token, version, match);
        if (!token.isEmpty()) {
            if (!version.isEmpty() && !version.equals("0")) {
                throw ApiError.badRequest("specifying resource version is not allowed when using continue");
            }
            return From.of(token);
        }
        checkNotTooLarge(version);
        boolean paged = limit(call) > 0 && match.isEmpty() && revision(version) > 0;
        return new From(match.equals("Exact") || paged ? revision(version) : 0, "");
    }

    private static void checkMatch(String token, String version, String match) {
        if (match.isEmpty()) {
            return;
        }
        String refusal = !token.isEmpty()
                ? "resourceVersionMatch is forbidden when continue is provided"
                : version.isEmpty()
                        ? "resourceVersionMatch is forbidden unless resourceVersion is provided"
                        : match.equals("Exact") && version.equals("0")
                                ? "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""
                                : "";
        if (!refusal.isEmpty()) {
            throw invalidOption(Cause.forbidden("resourceVersionMatch", refusal));
        }
        if (!match.equals("Exact") && !match.equals("NotOlderThan")) {
            throw invalidOption(new Cause(
                    "FieldValueNotSupported",
                    "Unsupported value: \"" + match + "\": supported values: \"Exact\", \"NotOlderThan\", \"\"",
                    "resourceVersionMatch"));
        }
    }

    private Store.Snapshot snapshot(String resource, String prefix, From from) {
        if (from.revision() <= 0) {
            return store.list(resource, prefix);
        }
        Store.@Nullable Snapshot then = store.list(resource, prefix, from.revision());
        if (then == null) {
            throw from.after().isEmpty()
                    ? ApiError.expired("The resourceVersion for the provided list is too old.")
                    : ApiError.continuationExpired(new From(-1, from.after()).token());
        }
        return then;
    }

    private static int limit(Call call) {
        String text = call.query("limit");
        try {
            return text.isEmpty() ? 0 : Math.max(0, Integer.parseInt(text));
        } catch (NumberFormatException e) {
            throw ApiError.badRequest("strconv.ParseInt: parsing \"" + text + "\": invalid syntax");
        }
    }

    private static String page(Call call, ServedKind kind, Selector selector, Store.Snapshot snapshot, From from) {
        int limit = limit(call);
        var chosen = new ArrayList<Stored>();
        String last = "";
        boolean more = false;
        int scanned = 0;
        for (Map.Entry<String, Stored> entry : snapshot.objects().entrySet()) {
            if (entry.getKey().compareTo(from.after()) <= 0 && !from.after().isEmpty()) {
                scanned++;
                continue;
            }
            if (limit > 0 && chosen.size() == limit) {
                more = true;
                break;
            }
            scanned++;
            if (selector.matches(entry.getValue().json())) {
                chosen.add(entry.getValue());
                last = entry.getKey();
            }
        }
        Stored.serve(kind, chosen);
        var items = new StringJoiner(",", "\"items\":[", "]");
        chosen.forEach(stored -> items.add(Versions.item(kind, stored.text(kind))));
        var meta = new JsonObject();
        meta.addProperty("resourceVersion", Long.toString(snapshot.revision()));
        if (kind.custom()) {
            meta.addProperty("continue", "");
        }
        if (more) {
            meta.addProperty("continue", new From(snapshot.revision(), last).token());
            if (selector.everything()) {
                meta.addProperty("remainingItemCount", snapshot.objects().size() - scanned);
            }
        }
        return "{\"kind\":\"" + kind.listKind() + "\",\"apiVersion\":\"" + kind.apiVersion() + "\",\"metadata\":" + meta
                + "," + items + "}";
    }
}
