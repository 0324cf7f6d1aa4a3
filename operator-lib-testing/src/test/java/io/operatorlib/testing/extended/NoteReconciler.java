package io.operatorlib.testing.extended;

import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.extended.controller.reconciler.Reconciler;
import io.kubernetes.client.extended.controller.reconciler.Request;
import io.kubernetes.client.extended.controller.reconciler.Result;
import io.kubernetes.client.informer.SharedIndexInformer;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ConfigMapList;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.util.generic.GenericKubernetesApi;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Writes each note into a ConfigMap and its length beside it; looks again after a while; fails at first. */
final class NoteReconciler implements Reconciler {
    static final String BY_NOTE = "by-note";

    final List<Request> gone = new CopyOnWriteArrayList<>();
    final List<Request> asked = new CopyOnWriteArrayList<>();
    private final SharedIndexInformer<Note> notes;
    private final SharedIndexInformer<V1ConfigMap> maps;
    private final GenericKubernetesApi<Note, Note.Notes> noteApi;
    private final GenericKubernetesApi<V1ConfigMap, V1ConfigMapList> mapApi;

    NoteReconciler(
            SharedIndexInformer<Note> notes,
            SharedIndexInformer<V1ConfigMap> maps,
            GenericKubernetesApi<Note, Note.Notes> noteApi,
            GenericKubernetesApi<V1ConfigMap, V1ConfigMapList> mapApi) {
        this.notes = notes;
        this.maps = maps;
        this.noteApi = noteApi;
        this.mapApi = mapApi;
        maps.addIndexers(Map.of(BY_NOTE, NoteReconciler::note));
    }

    private static List<String> note(V1ConfigMap map) {
        var labels = map.getMetadata().getLabels();
        String note = labels == null ? null : labels.get("note");
        return note == null ? List.of() : List.of(note);
    }

    @Override
    public Result reconcile(Request request) {
        asked.add(request);
        Note note = notes.getIndexer().getByKey(request.getNamespace() + "/" + request.getName());
        if (note == null) {
            gone.add(request);
            return new Result(false);
        }
        if (asked.size() == 1) {
            return new Result(true);
        }
        if (asked.size() == 2) {
            throw new IllegalStateException("not yet");
        }
        if (maps.getIndexer().byIndex(BY_NOTE, request.getName()).isEmpty()) {
            mapApi.create(new V1ConfigMap()
                    .apiVersion("v1")
                    .kind("ConfigMap")
                    .metadata(new V1ObjectMeta()
                            .namespace(request.getNamespace())
                            .name(request.getName())
                            .putLabelsItem("note", request.getName()))
                    .data(Map.of("text", note.spec.text)));
            return new Result(true, Duration.ofMillis(50));
        }
        String length = String.valueOf(note.spec.text.length());
        var annotations = note.getMetadata().getAnnotations();
        if (annotations == null || !length.equals(annotations.get("length"))) {
            noteApi.patch(
                    request.getNamespace(),
                    request.getName(),
                    V1Patch.PATCH_FORMAT_JSON_MERGE_PATCH,
                    new V1Patch("{\"metadata\":{\"annotations\":{\"length\":\"" + length + "\"}}}"));
        }
        return new Result(false);
    }
}
