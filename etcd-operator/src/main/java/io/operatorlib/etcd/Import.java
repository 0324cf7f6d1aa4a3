package io.operatorlib.etcd;

import io.operatorlib.etcd.legacy.BackupConversion;
import io.operatorlib.etcd.legacy.ClusterConversion;
import io.operatorlib.etcd.legacy.Trees;
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
        documents(yaml).forEach(object -> add(object, manifests, notes));
        return new Import(String.join("---\n", manifests), notes);
    }

    private static void add(Map<String, Object> object, List<String> manifests, List<String> notes) {
        String apiVersion = String.valueOf(object.get("apiVersion"));
        String kind = String.valueOf(object.get("kind"));
        var metadata = Trees.object(object, "metadata");
        String what = kind + " " + metadata.get("name");
        if (isCluster(object)) {
            var spec = spec(object);
            manifests.add(dump(today("EtcdCluster", metadata, spec)));
            notes(spec).forEach(note -> notes.add(what + note));
        } else if (apiVersion.equals(V1BETA2) && BackupConversion.KINDS.contains(kind)) {
            manifests.add(dump(today(kind, metadata, Trees.object(BackupConversion.toHub(object), "spec"))));
            notes.add(what + " is understood, and nothing is done about it yet: this operator makes and restores no"
                    + " backups");
        } else {
            notes.add(what + " (" + apiVersion + ") is left out: it is no resource of CoreOS's etcd operator");
        }
    }

    /** Tells whether it is a cluster, in any of the old shapes. */
    static boolean isCluster(Map<String, Object> object) {
        return (THIRD_PARTY_RESOURCE.equals(object.get("apiVersion")) && "Cluster".equals(object.get("kind")))
                || (V1BETA2.equals(object.get("apiVersion")) && "EtcdCluster".equals(object.get("kind")));
    }

    /** What a cluster's spec is today. */
    static Map<String, Object> spec(Map<String, Object> cluster) {
        return Trees.object(ClusterConversion.toHub(cluster), "spec");
    }

    private static Map<String, Object> today(String kind, Map<String, Object> metadata, Map<String, Object> spec) {
        var today = new LinkedHashMap<String, Object>();
        today.put("apiVersion", EtcdCluster.GROUP + "/v1");
        today.put("kind", kind);
        today.put("metadata", written(metadata));
        today.put("spec", spec);
        return today;
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

    /** What a person must know, or decide, of a spec of today: each the end of a sentence about it. */
    static List<String> notes(Map<String, Object> spec) {
        var notes = new ArrayList<String>();
        if (!(spec.get("size") instanceof Long)) {
            notes.add(" has no size: say how many members it is to have in spec.size");
        }
        String version = String.valueOf(spec.get("version"));
        if (!version.matches(SpecCheck.VERSION)) {
            notes.add(" asks for etcd " + version + ": spec.version " + SpecCheck.VERSION_ADVICE);
        }
        var legacy = Trees.object(spec, "legacy");
        List<String> unmet = LegacyWishes.unmet(legacy);
        if (!unmet.isEmpty()) {
            notes.add(": " + LegacyWishes.advice(unmet));
        }
        List<String> dropped = LegacyWishes.dropped(legacy);
        if (!dropped.isEmpty()) {
            notes.add(": " + String.join(", ", dropped) + " mean nothing to this operator");
        }
        return notes;
    }

    /** The objects of a text of YAML: its documents, and those in lists among them. */
    static List<Map<String, Object>> documents(String yaml) {
        var settings = new LoaderOptions();
        settings.setAllowDuplicateKeys(false);
        var documents = new ArrayList<Map<String, Object>>();
        for (Object document : new Yaml(new SafeConstructor(settings)).loadAll(yaml)) {
            if (document instanceof Map<?, ?> object) {
                add(tree(object), documents);
            }
        }
        return documents;
    }

    private static void add(Map<String, Object> object, List<Map<String, Object>> documents) {
        if (String.valueOf(object.get("kind")).endsWith("List") && object.get("items") instanceof List<?> items) {
            items.stream().filter(Map.class::isInstance).forEach(item -> documents.add(tree((Map<?, ?>) item)));
        } else {
            documents.add(object);
        }
    }

    private static Map<String, Object> tree(Map<?, ?> from) {
        var tree = new LinkedHashMap<String, Object>();
        from.forEach((name, value) -> {
            if (value != null) {
                tree.put(String.valueOf(name), value(value));
            }
        });
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
