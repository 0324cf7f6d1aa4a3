package io.operatorlib.testing.apiserver;

import com.google.gson.JsonObject;
import java.util.function.Predicate;

/** Which objects of a collection are meant: by labels and by fields. */
record Selector(Predicate<JsonObject> labels, Predicate<JsonObject> fields, boolean everything) {

    /**
     * Reads the selectors of a list, watch or deletion.
     *
     * @throws ApiError 400 where one cannot be understood or a field is not supported
     */
    static Selector of(Call call, ServedKind kind) {
        String labels = call.query("labelSelector");
        String fields = call.query("fieldSelector");
        return new Selector(
                labels.isEmpty() ? object -> true : LabelSelector.parse(labels),
                fields.isEmpty() ? object -> true : FieldSelector.parse(fields, kind),
                labels.isEmpty() && fields.isEmpty());
    }

    boolean matches(JsonObject object) {
        return everything || (labels.test(object) && fields.test(object));
    }
}
