package io.operatorlib.testing.cluster.kubelet;

import com.google.gson.JsonObject;
import io.kubernetes.client.custom.Quantity;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.KindRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A pod's volumes, with what they are made from read from the API. */
record Volumes(Pod pod, Fields fields, KubeletApi api, TokenCache tokens) {
    /** Where every process finds the API server's certificate authority and its own token. */
    static final String ACCOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";

    /** The volume behind {@link #ACCOUNT_PATH}; no pod can name one so. */
    static final String ACCOUNT_VOLUME = "-serviceaccount";

    private static final int MODE = 0644;

    /**
     * Resolves the volumes.
     *
     * @throws ContainerException if one refers to what is not there, or is of a type that is not supported
     */
    List<Volume> all() {
        var volumes = new ArrayList<Volume>();
        for (JsonObject volume : Json.objects(pod.json(), "spec", "volumes")) {
            volumes.add(volume(Json.text(volume, "name"), volume));
        }
        if (mountsAccount()) {
            var files = new TreeMap<String, Volume.FileContent>();
            files.put("token", file(tokens.token(pod, "", TokenCache.LIFETIME.toSeconds()), MODE));
            fields.settings().api().ifPresent(access -> files.put("ca.crt", file(access.caPem(), MODE)));
            files.put("namespace", file(pod.namespace(), MODE));
            volumes.add(new Volume.Files(ACCOUNT_VOLUME, files));
        }
        return volumes;
    }

    /** Tells whether the pod gets its service account's files without asking for them. */
    boolean mountsAccount() {
        if (fields.settings().api().isEmpty()) {
            return false;
        }
        String word = "automountServiceAccountToken";
        if (Json.at(pod.json(), "spec", word) != null) {
            return Json.flag(pod.json(), "spec", word);
        }
        return api.find(KubeletApi.ACCOUNTS, pod.namespace(), pod.serviceAccount())
                .map(account -> Json.at(account, word) == null || Json.flag(account, word))
                .orElse(true);
    }

    private Volume volume(String name, JsonObject volume) {
        if (volume.has("emptyDir")) {
            return new Volume.EmptyDir(name);
        }
        if (volume.has("persistentVolumeClaim")) {
            return folder(name, Json.text(volume, "persistentVolumeClaim", "claimName"));
        }
        var files = new TreeMap<String, Volume.FileContent>();
        if (volume.has("projected")) {
            JsonObject projected = Json.object(volume, "projected");
            int mode = (int) Json.number(MODE, projected, "defaultMode");
            for (JsonObject source : Json.objects(projected, "sources")) {
                source.keySet().forEach(type -> add(files, type, Json.object(source, type), mode));
            }
            return new Volume.Files(name, files);
        }
        for (String type : List.of("secret", "configMap", "downwardAPI")) {
            if (volume.has(type)) {
                JsonObject source = Json.object(volume, type);
                add(files, type, source, (int) Json.number(MODE, source, "defaultMode"));
                return new Volume.Files(name, files);
            }
        }
        throw new ContainerException(
                "FailedMount",
                "volume " + name + " is of a type that the local cluster does not have; it has emptyDir,"
                        + " persistentVolumeClaim, secret, configMap, downwardAPI and projected");
    }

    private void add(Map<String, Volume.FileContent> files, String type, JsonObject source, int mode) {
        switch (type) {
            case "secret" -> {
                String name = Json.text(source, "secretName");
                add(files, KubeletApi.SECRETS, name.isEmpty() ? Json.text(source, "name") : name, source, mode);
            }
            case "configMap" -> add(files, KubeletApi.CONFIG_MAPS, Json.text(source, "name"), source, mode);
            case "downwardAPI" ->
                Json.objects(source, "items")
                        .forEach(item -> files.put(
                                Json.text(item, "path"),
                                file(fields.field(Json.text(item, "fieldRef", "fieldPath")), mode)));
            case "serviceAccountToken" -> {
                long seconds = Json.number(TokenCache.LIFETIME.toSeconds(), source, "expirationSeconds");
                files.put(
                        Json.text(source, "path"),
                        file(tokens.token(pod, Json.text(source, "audience"), seconds), mode));
            }
            default -> throw new ContainerException("FailedMount", "a volume cannot be projected from " + type);
        }
    }

    private void add(Map<String, Volume.FileContent> files, KindRef kind, String name, JsonObject source, int mode) {
        boolean optional = Json.flag(source, "optional");
        var content = api.content(kind, pod.namespace(), name);
        if (content.isEmpty() && !optional) {
            throw new ContainerException("FailedMount", kind.plural() + " \"" + name + "\" not found");
        }
        var data = content.orElse(Map.of());
        List<JsonObject> items = Json.objects(source, "items");
        if (items.isEmpty()) {
            data.forEach((key, value) -> files.put(key, new Volume.FileContent(value, mode)));
        }
        for (JsonObject item : items) {
            String value = data.get(Json.text(item, "key"));
            if (value != null) {
                int own = (int) Json.number(mode, item, "mode");
                files.put(Json.text(item, "path"), new Volume.FileContent(value, own));
            } else if (!optional) {
                throw new ContainerException(
                        "FailedMount", kind.plural() + " \"" + name + "\" has no key " + Json.text(item, "key"));
            }
        }
    }

    private Volume.Folder folder(String name, String claimName) {
        JsonObject claim = api.find(KubeletApi.CLAIMS, pod.namespace(), claimName)
                .orElseThrow(() ->
                        new ContainerException("FailedMount", "persistentvolumeclaim \"" + claimName + "\" not found"));
        String volumeName = Json.text(claim, "spec", "volumeName");
        if (!Json.text(claim, "status", "phase").equals("Bound") || volumeName.isEmpty()) {
            throw new ContainerException(
                    "FailedMount", "persistentvolumeclaim \"" + claimName + "\" is not bound to a volume yet");
        }
        JsonObject volume = api.find(KubeletApi.VOLUMES, "", volumeName)
                .orElseThrow(() ->
                        new ContainerException("FailedMount", "persistentvolume \"" + volumeName + "\" not found"));
        String hostPath = Json.text(volume, "spec", "hostPath", "path");
        String path = hostPath.isEmpty() ? Json.text(volume, "spec", "local", "path") : hostPath;
        if (path.isEmpty()) {
            throw new ContainerException(
                    "FailedMount", "persistentvolume \"" + volumeName + "\" is neither hostPath nor local");
        }
        String size = Json.text(volume, "spec", "capacity", "storage");
        long bytes = size.isEmpty() ? 0 : Quantity.fromString(size).getNumber().longValue();
        return new Volume.Folder(name, path, bytes);
    }

    private static Volume.FileContent file(String text, int mode) {
        return new Volume.FileContent(KubeletApi.bytes(text), mode);
    }
}
