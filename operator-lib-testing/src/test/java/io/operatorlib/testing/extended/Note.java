package io.operatorlib.testing.extended;

import io.kubernetes.client.common.KubernetesListObject;
import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.openapi.models.V1ListMeta;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.util.List;

/** A custom resource as client-java wants it. */
final class Note implements KubernetesObject {
    static final class Spec {
        String text;
    }

    static final class Status {
        int length;
    }

    static final class Notes implements KubernetesListObject {
        private String apiVersion;
        private String kind;
        private V1ListMeta metadata;
        private List<Note> items;

        @Override
        public String getApiVersion() {
            return apiVersion;
        }

        @Override
        public String getKind() {
            return kind;
        }

        @Override
        public V1ListMeta getMetadata() {
            return metadata;
        }

        @Override
        public List<Note> getItems() {
            return items;
        }
    }

    private String apiVersion;
    private String kind;
    private V1ObjectMeta metadata;
    Spec spec;
    Status status;

    @Override
    public String getApiVersion() {
        return apiVersion;
    }

    @Override
    public String getKind() {
        return kind;
    }

    @Override
    public V1ObjectMeta getMetadata() {
        return metadata;
    }
}
