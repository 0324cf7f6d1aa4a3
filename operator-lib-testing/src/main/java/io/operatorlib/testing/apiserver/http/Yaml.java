package io.operatorlib.testing.apiserver.http;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.math.BigInteger;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** Reads a YAML document as the JSON that Kubernetes takes it for: no dates, and every key is a string. */
final class Yaml {

    /** A manifest of this nesting is a mistake or an attack. */
    private static final int DEEPEST = 200;

    private Yaml() {}

    /** The resolver of YAML 1.1 without timestamps: Kubernetes leaves those to be strings. */
    private static final class Untimed extends Resolver {
        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.BOOL, BOOL, "yYnNtTfFoO");
            addImplicitResolver(Tag.INT, INT, "-+0123456789");
            addImplicitResolver(Tag.FLOAT, FLOAT, "-+0123456789.");
            addImplicitResolver(Tag.MERGE, MERGE, "<");
            addImplicitResolver(Tag.NULL, NULL, "~nN\0");
            addImplicitResolver(Tag.NULL, EMPTY, null);
        }
    }

    /**
     * Reads one document.
     *
     * @throws IllegalArgumentException if it is not YAML, or says something twice
     */
    static JsonElement json(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setNestingDepthLimit(DEEPEST);
        options.setCodePointLimit(HttpConnection.MAX_BODY_BYTES);
        DumperOptions unused = new DumperOptions();
        try {
            return json(new org.yaml.snakeyaml.Yaml(
                            new SafeConstructor(options), new Representer(unused), unused, options, new Untimed())
                    .<@Nullable Object>load(text));
        } catch (YAMLException e) {
            throw new IllegalArgumentException("error converting YAML to JSON: " + e.getMessage(), e);
        }
    }

    private static JsonElement json(@Nullable Object value) {
        if (value == null) {
            return JsonNull.INSTANCE;
        }
        if (value instanceof Map<?, ?> map) {
            JsonObject object = new JsonObject();
            map.forEach((key, each) -> object.add(String.valueOf(key), json(each)));
            return object;
        }
        if (value instanceof Iterable<?> list) {
            JsonArray array = new JsonArray();
            list.forEach(each -> array.add(json(each)));
            return array;
        }
        if (value instanceof Boolean truth) {
            return new JsonPrimitive(truth);
        }
        if (value instanceof Integer || value instanceof Long || value instanceof BigInteger) {
            return new JsonPrimitive((Number) value);
        }
        if (value instanceof Double number) {
            // 1.0 is written as 1, as Kubernetes does
            return number == Math.rint(number) && Math.abs(number) < 1e15
                    ? new JsonPrimitive(number.longValue())
                    : new JsonPrimitive(number);
        }
        return new JsonPrimitive(String.valueOf(value));
    }
}
