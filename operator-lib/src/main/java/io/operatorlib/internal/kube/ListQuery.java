package io.operatorlib.internal.kube;

/**
 * What to list or watch.
 *
 * @param namespace empty for all namespaces, and for cluster-scoped kinds
 * @param labels a label selector; empty for all
 * @param fields a field selector; empty for all
 */
public record ListQuery(KindRef kind, String namespace, String labels, String fields) {

    public static ListQuery all(KindRef kind) {
        return new ListQuery(kind, "", "", "");
    }

    public ListQuery in(String otherNamespace) {
        return new ListQuery(kind, otherNamespace, labels, fields);
    }

    public ListQuery labelled(String selector) {
        return new ListQuery(kind, namespace, selector, fields);
    }

    public ListQuery where(String fieldSelector) {
        return new ListQuery(kind, namespace, labels, fieldSelector);
    }
}
