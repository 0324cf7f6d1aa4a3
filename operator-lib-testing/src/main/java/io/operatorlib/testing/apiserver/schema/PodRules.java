package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The rules for the spec of a pod, or of a template for pods. */
final class PodRules {
    private static final List<String> NOT_SOURCES = List.of("name");

    private final Checks checks;
    private final JsonObject spec;
    private final Path path;

    private PodRules(Checks checks, JsonObject spec, Path path) {
        this.checks = checks;
        this.spec = spec;
        this.path = path;
    }

    static void check(Checks checks, JsonObject spec, Path path) {
        new PodRules(checks, spec, path).check();
    }

    private void check() {
        Set<String> volumes = volumes();
        containers(volumes);
        checks.supported(spec, "restartPolicy", path, List.of("Always", "OnFailure", "Never"));
        checks.supported(
                spec, "dnsPolicy", path, List.of("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"));
        if (Json.text(spec, "dnsPolicy").equals("None")
                && Json.texts(Json.object(spec, "dnsConfig"), "nameservers").isEmpty()) {
            checks.required(path.child("dnsConfig"), "must provide `dnsConfig` when `dnsPolicy` is None");
        }
        checks.addAll(MetadataRules.labels(Json.object(spec, "nodeSelector"), path.child("nodeSelector")));
        securityContext();
        deadline();
        name("serviceAccountName", Names.Form.SUBDOMAIN);
        name("nodeName", Names.Form.SUBDOMAIN);
        name("hostname", Names.Form.LABEL);
        name("subdomain", Names.Form.LABEL);
        List<JsonObject> tolerations = Json.objects(spec, "tolerations");
        for (int i = 0; i < tolerations.size(); i++) {
            toleration(tolerations.get(i), path.child("tolerations").index(i));
        }
        hostAliases();
        affinity("podAffinity");
        affinity("podAntiAffinity");
        spread();
    }

    private void name(String field, Names.Form form) {
        String name = Json.text(spec, field);
        if (!name.isEmpty()) {
            checks.invalid(path.child(field), name, form.objections(name));
        }
    }

    private void securityContext() {
        JsonObject context = Json.object(spec, "securityContext");
        for (String field : List.of("fsGroup", "runAsUser", "runAsGroup")) {
            id(context, field, path.child("securityContext"));
        }
    }

    private void id(JsonObject context, String field, Path at) {
        Long id = Json.integer(context, field);
        if (id != null && (id < 0 || id > Integer.MAX_VALUE)) {
            checks.invalid(at.child(field), context.get(field), Checks.between(0, Integer.MAX_VALUE));
        }
    }

    private void deadline() {
        Long deadline = Json.integer(spec, "activeDeadlineSeconds");
        if (deadline != null && (deadline < 1 || deadline > Integer.MAX_VALUE)) {
            checks.invalid(
                    path.child("activeDeadlineSeconds"),
                    new JsonPrimitive(deadline),
                    Checks.between(1, Integer.MAX_VALUE));
        }
    }

    private void containers(Set<String> volumes) {
        if (Json.array(spec, "containers").isEmpty()) {
            checks.required(path.child("containers"), "");
        }
        Set<String> names = checks.seen();
        for (String list : List.of("containers", "initContainers")) {
            List<JsonObject> containers = Json.objects(spec, list);
            for (int i = 0; i < containers.size(); i++) {
                Path at = path.child(list).index(i);
                checks.unlike(names, Json.text(containers.get(i), "name"), at.child("name"));
                ContainerRules.check(checks, containers.get(i), at, volumes, Json.flag(spec, "hostNetwork"));
                JsonObject context = Json.object(containers.get(i), "securityContext");
                id(context, "runAsUser", at.child("securityContext"));
                id(context, "runAsGroup", at.child("securityContext"));
            }
        }
    }

    /** The names of the volumes. */
    private Set<String> volumes() {
        Set<String> names = checks.seen();
        List<JsonObject> volumes = Json.objects(spec, "volumes");
        for (int i = 0; i < volumes.size(); i++) {
            JsonObject volume = volumes.get(i);
            Path at = path.child("volumes").index(i);
            String name = Json.text(volume, "name");
            if (checks.present(volume, "name", at)) {
                checks.invalid(at.child("name"), name, Names.label(name));
                checks.unlike(names, name, at.child("name"));
            }
            sources(volume, at);
        }
        return names;
    }

    private void sources(JsonObject volume, Path at) {
        var sources = new TreeSet<>(volume.keySet());
        NOT_SOURCES.forEach(sources::remove);
        if (sources.isEmpty()) {
            checks.required(at, "must specify a volume type");
        }
        sources.stream()
                .skip(1)
                .forEach(source -> checks.forbidden(at.child(source), "may not specify more than 1 volume type"));
        if (volume.get("secret") instanceof JsonObject secret) {
            checks.present(secret, "secretName", at.child("secret"));
        }
        if (volume.get("configMap") instanceof JsonObject configMap) {
            checks.present(configMap, "name", at.child("configMap"));
        }
        if (volume.get("persistentVolumeClaim") instanceof JsonObject claim) {
            checks.present(claim, "claimName", at.child("persistentVolumeClaim"));
        }
        if (volume.get("hostPath") instanceof JsonObject hostPath) {
            checks.present(hostPath, "path", at.child("hostPath"));
        }
    }

    private void toleration(JsonObject toleration, Path at) {
        String key = Json.text(toleration, "key");
        String operator = Json.text(toleration, "operator");
        if (!key.isEmpty()) {
            checks.invalid(at.child("key"), key, Names.qualified(key));
        } else if (!operator.equals("Exists")) {
            checks.invalid(
                    at.child("operator"),
                    operator,
                    "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
        }
        if (toleration.has("tolerationSeconds")
                && !Json.text(toleration, "effect").equals("NoExecute")) {
            checks.invalid(
                    at.child("effect"),
                    Json.text(toleration, "effect"),
                    "effect must be 'NoExecute' when `tolerationSeconds` is set");
        }
        String value = Json.text(toleration, "value");
        switch (operator) {
            case "Equal", "" -> checks.invalid(at.child("operator"), value, Names.labelValue(value));
            case "Exists" -> {
                if (!value.isEmpty()) {
                    checks.invalid(at.child("operator"), value, "value must be empty when `operator` is 'Exists'");
                }
            }
            default -> checks.supported(operator, at.child("operator"), List.of("Equal", "Exists"));
        }
        checks.supported(toleration, "effect", at, List.of("NoSchedule", "PreferNoSchedule", "NoExecute"));
    }

    private void hostAliases() {
        List<JsonObject> aliases = Json.objects(spec, "hostAliases");
        for (int i = 0; i < aliases.size(); i++) {
            Path at = path.child("hostAliases").index(i);
            checks.ip(Json.text(aliases.get(i), "ip"), at.child("ip"));
            List<String> names = Json.texts(aliases.get(i), "hostnames");
            for (int j = 0; j < names.size(); j++) {
                checks.invalid(at.child("hostnames").index(j), names.get(j), Names.subdomain(names.get(j)));
            }
        }
    }

    private void affinity(String field) {
        JsonObject affinity = Json.object(spec, "affinity", field);
        Path at = path.child("affinity", field);
        String required = "requiredDuringSchedulingIgnoredDuringExecution";
        List<JsonObject> terms = Json.objects(affinity, required);
        for (int i = 0; i < terms.size(); i++) {
            term(terms.get(i), at.child(required).index(i));
        }
        String preferred = "preferredDuringSchedulingIgnoredDuringExecution";
        List<JsonObject> preferences = Json.objects(affinity, preferred);
        for (int i = 0; i < preferences.size(); i++) {
            Path preference = at.child(preferred).index(i);
            long weight = Json.integer(preferences.get(i), "weight", 0);
            if (weight < 1 || weight > 100) {
                checks.invalid(preference.child("weight"), new JsonPrimitive(weight), "must be in the range 1-100");
            }
            term(Json.object(preferences.get(i), "podAffinityTerm"), preference.child("podAffinityTerm"));
        }
    }

    private void term(JsonObject term, Path at) {
        checks.selector(Json.object(term, "labelSelector"), at.child("labelSelector"));
        String key = Json.text(term, "topologyKey");
        if (key.isEmpty()) {
            checks.required(at.child("topologyKey"), "can not be empty");
        }
        checks.invalid(at.child("topologyKey"), key, Names.qualified(key));
    }

    private void spread() {
        List<JsonObject> constraints = Json.objects(spec, "topologySpreadConstraints");
        for (int i = 0; i < constraints.size(); i++) {
            JsonObject constraint = constraints.get(i);
            Path at = path.child("topologySpreadConstraints").index(i);
            long skew = Json.integer(constraint, "maxSkew", 0);
            if (skew <= 0) {
                checks.invalid(at.child("maxSkew"), new JsonPrimitive(skew), "must be greater than zero");
            }
            checks.present(constraint, "topologyKey", at, "can not be empty");
            checks.supported(
                    Json.text(constraint, "whenUnsatisfiable"),
                    at.child("whenUnsatisfiable"),
                    List.of("DoNotSchedule", "ScheduleAnyway"));
            checks.selector(Json.object(constraint, "labelSelector"), at.child("labelSelector"));
        }
    }
}
