package io.operatorlib.etcd;

import io.operatorlib.etcd.legacy.ClusterConversion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.representer.Representer;

/**
 * Manifests of CoreOS's operator as manifests of today, with what could not be carried over.
 *
 * @param manifests in YAML; empty where there is nothing to apply
 * @param notes for people, one line each
 */
record Import(String manifests, List<String> notes) {
    private static final String THIRD_PARTY_RESOURCE = "etcd.coreos.com/v1beta1";
    private static final String V1BETA2 = EtcdCluster.GROUP + "/v1beta2";

    /** Reads manifests of any of the old shapes: ThirdPartyResources, and both that were called v1beta2. */
    static Import of(String yaml) {
        var manifests = new ArrayList<String>();
        var notes = new ArrayList<String>();
        var settings = new LoaderOptions();
        settings.setAllowDuplicateKeys(false);
        for (Object document : new Yaml(new SafeConstructor(settings)).loadAll(yaml)) {
            if (document instanceof Map<?, ?> object) {
                add(tree(object), manifests, notes);
            }
        }
        return new Import(String.join("---\n", manifests), notes);
    }

    private static void add(Map<String, Object> object, List<String> manifests, List<String> notes) {
        String apiVersion = String.valueOf(object.get("apiVersion"));
        String kind = String.valueOf(object.get("kind"));
        var metadata =
                object.get("metadata") instanceof Map<?, ?> some ? tree(some) : new LinkedHashMap<String, Object>();
        String what = kind + " " + metadata.get("name");
        boolean cluster = (apiVersion.equals(THIRD_PARTY_RESOURCE) && kind.equals("Cluster"))
                || (apiVersion.equals(V1BETA2) && kind.equals("EtcdCluster"));
        if (!cluster) {
            notes.add(what + " (" + apiVersion + ") is left out: "
                    + (apiVersion.equals(V1BETA2)
                            ? "this operator makes and restores no backups yet"
                            : "it is no resource of CoreOS's etcd operator"));
            return;
        }
        var hub = ClusterConversion.toHub(object);
        var today = new LinkedHashMap<String, Object>();
        today.put("apiVersion", EtcdCluster.GROUP + "/v1");
        today.put("kind", "EtcdCluster");
        today.put("metadata", written(metadata));
        var spec = hub.get("spec") instanceof Map<?, ?> some ? tree(some) : new LinkedHashMap<String, Object>();
        today.put("spec", spec);
        manifests.add(dump(today));
        note(what, spec, notes);
    }

    /** What a person wrote of the metadata; the rest is the API server's. */
    private static Map<String, Object> written(Map<String, Object> metadata) {
        var written = new LinkedHashMap<String, Object>();
        for (String name : List.of("name", "namespace", "labels", "annotations")) {
            if (metadata.get(name) != null) {
                written.put(name, metadata.get(name));
            }
        }
        return written;
    }

    private static void note(String what, Map<String, Object> spec, List<String> notes) {
        if (!(spec.get("size") instanceof Long)) {
            notes.add(what + " has no size: say how many members it is to have in spec.size");
        }
        String version = String.valueOf(spec.get("version"));
        if (!version.matches(SpecCheck.VERSION)) {
            notes.add(what + " asks for etcd " + version + ": spec.version " + SpecCheck.VERSION_ADVICE);
        }
        @SuppressWarnings("unchecked") // a tree's objects have texts for keys
        Map<String, Object> legacy =
                spec.get("legacy") instanceof Map<?, ?> some ? (Map<String, Object>) some : Map.of();
        List<String> unmet = LegacyWishes.unmet(legacy);
        if (!unmet.isEmpty()) {
            notes.add(what + ": " + LegacyWishes.advice(unmet));
        }
        List<String> dropped = LegacyWishes.dropped(legacy);
        if (!dropped.isEmpty()) {
            notes.add(what + ": " + String.join(", ", dropped) + " mean nothing to this operator");
        }
    }

    private static Map<String, Object> tree(Map<?, ?> from) {
        var tree = new LinkedHashMap<String, Object>();
        from.forEach((name, value) -> tree.put(String.valueOf(name), value(value)));
        return tree;
    }

    private static Object value(Object from) {
        if (from instanceof Map<?, ?> map) {
            return tree(map);
        }
        if (from instanceof List<?> list) {
            return list.stream().map(Import::value).toList();
        }
        return from instanceof Integer number ? Long.valueOf(number) : from;
    }

    private static String dump(Map<String, Object> manifest) {
        var options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        return new Yaml(new Representer(options), options).dump(manifest);
    }
}
