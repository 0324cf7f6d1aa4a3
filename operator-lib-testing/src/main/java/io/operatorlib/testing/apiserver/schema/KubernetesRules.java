package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Kubernetes' rules: its own kinds' by client-java's model classes and tables, custom kinds' by their definitions. What
 * was derived once is kept, so that one book can serve many servers, one after another or at the same time.
 */
public final class KubernetesRules implements RuleBook {
    /** Enough for every version of every definition in a large test; a schema's rules take about a megabyte. */
    private static final int DEFINITIONS = 64;

    /**
     * Read by all servers of a process: rules follow from classes and definitions alone, and to compile those of one
     * definition takes a tenth of a second, which a simulation of a thousand servers would feel.
     */
    private static final KubernetesRules SHARED = new KubernetesRules();

    private final ModelSchemas models = new ModelSchemas();
    private final Map<String, KindRules> builtIn = new ConcurrentHashMap<>();
    private final Map<JsonObject, KindRules> custom = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<JsonObject, KindRules> eldest) {
            return size() > DEFINITIONS;
        }
    };

    /** The book that servers read unless they are given one. */
    public static KubernetesRules shared() {
        return SHARED;
    }

    @Override
    public KindRules builtIn(String group, String version, String kind) {
        String name = group + "/" + version + "/" + kind;
        KindRules known = builtIn.get(name);
        if (known != null) {
            return known;
        }
        KindRules rules = BuiltInRules.of(group, version, kind, models);
        KindRules earlier = builtIn.putIfAbsent(name, rules);
        return earlier == null ? rules : earlier;
    }

    @Override
    public KindRules custom(JsonObject definition, String version) {
        var key = new JsonObject();
        key.add("spec", definition.get("spec"));
        key.addProperty("version", version);
        synchronized (custom) {
            KindRules known = custom.get(key);
            if (known == null) {
                known = CustomRules.of(definition, version, models);
                custom.put(key.deepCopy(), known);
            }
            return known;
        }
    }
}
