package io.operatorlib.benchmarks;

import io.kubernetes.client.common.KubernetesListObject;
import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.openapi.models.V1Condition;
import io.kubernetes.client.openapi.models.V1ListMeta;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.util.ArrayList;
import java.util.List;

/** The custom resource as client-java wants it. */
@SuppressWarnings("NullAway") // filled by Gson
final class Page implements KubernetesObject {
    static final class Spec {
        String text;
    }

    static final class Status {
        String text;
        Long observedGeneration;
        List<V1Condition> conditions;
    }

    static final class Pages implements KubernetesListObject {
        private String apiVersion;
        private String kind;
        private V1ListMeta metadata;
        private List<Page> items = new ArrayList<>();

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
        public List<Page> getItems() {
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
