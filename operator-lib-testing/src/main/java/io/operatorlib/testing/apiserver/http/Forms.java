package io.operatorlib.testing.apiserver.http;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.Scheduler;
import io.operatorlib.testing.apiserver.ServedKind;
import io.operatorlib.testing.apiserver.table.Tables;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Rewrites the replies of the API server into the form that a client asked for: as they are, as tables, as metadata. */
final class Forms {
    private final Supplier<List<ServedKind>> kinds;
    private final Scheduler scheduler;

    Forms(Supplier<List<ServedKind>> kinds, Scheduler scheduler) {
        this.kinds = kinds;
        this.scheduler = scheduler;
    }

    /** The form of one reply. Used by one thread. */
    interface Form {
        /** A whole object or list. */
        String answer(String json);

        /** One event of a watch. */
        String event(String json);
    }

    Form of(Accepted.Form form, ApiRequest request) {
        Optional<ServedKind> kind = form == Accepted.Form.TABLE ? kind(request.path()) : Optional.empty();
        return switch (form) {
            case PLAIN -> AS_IT_IS;
            case METADATA -> new Rewritten(Forms::metadata);
            case TABLE ->
                kind.<Form>map(known -> new Tabular(known, request.query().getOrDefault("includeObject", "Metadata")))
                        .orElse(AS_IT_IS);
        };
    }

    private static final Form AS_IT_IS = new Form() {
        @Override
        public String answer(String json) {
            return json;
        }

        @Override
        public String event(String json) {
            return json;
        }
    };

    /** Tells whether the path is one of a kind that is served. */
    boolean served(String path) {
        return kind(path).isPresent();
    }

    private Optional<ServedKind> kind(String path) {
        String[] parts = path.substring(1).split("/");
        boolean core = parts[0].equals("api");
        int at = core ? 2 : 3;
        if (parts.length <= at) {
            return Optional.empty();
        }
        String group = core ? "" : parts[1];
        String version = parts[at - 1];
        boolean inNamespace = parts[at].equals("namespaces") && parts.length > at + 2;
        String plural = parts[inNamespace ? at + 2 : at];
        return kinds.get().stream()
                .filter(kind -> kind.group().equals(group)
                        && kind.version().equals(version)
                        && kind.plural().equals(plural))
                .findFirst();
    }

    private static JsonObject metadata(JsonObject answer) {
        if (!(answer.get("items") instanceof JsonArray items)) {
            return Tables.metadataOnly(answer);
        }
        JsonObject list = new JsonObject();
        list.addProperty("kind", "PartialObjectMetadataList");
        list.addProperty("apiVersion", "meta.k8s.io/v1");
        list.add("metadata", answer.get("metadata"));
        JsonArray partial = new JsonArray();
        items.forEach(item -> partial.add(Tables.metadataOnly(item.getAsJsonObject())));
        list.add("items", partial);
        return list;
    }

    private static boolean isStatus(JsonObject answer) {
        return answer.get("kind") != null && answer.get("kind").getAsString().equals("Status");
    }

    private record Rewritten(UnaryOperator<JsonObject> rewrite) implements Form {
        @Override
        public String answer(String json) {
            JsonObject answer = JsonParser.parseString(json).getAsJsonObject();
            return isStatus(answer) ? json : rewrite.apply(answer).toString();
        }

        @Override
        public String event(String json) {
            JsonObject event = JsonParser.parseString(json).getAsJsonObject();
            JsonObject object = event.getAsJsonObject("object");
            if (isStatus(object)) {
                return json;
            }
            event.add("object", rewrite.apply(object));
            return event.toString();
        }
    }

    private final class Tabular implements Form {
        private final ServedKind kind;
        private final String includeObject;
        private boolean begun;

        Tabular(ServedKind kind, String includeObject) {
            this.kind = kind;
            this.includeObject = includeObject;
        }

        @Override
        public String answer(String json) {
            return new Rewritten(this::table).answer(json);
        }

        @Override
        public String event(String json) {
            return new Rewritten(this::table).event(json);
        }

        private JsonObject table(JsonObject answer) {
            // the columns come once in a watch: they do not change
            JsonObject table = Tables.of(kind, includeObject, scheduler.now()).table(answer, !begun);
            begun = true;
            return table;
        }
    }
}
