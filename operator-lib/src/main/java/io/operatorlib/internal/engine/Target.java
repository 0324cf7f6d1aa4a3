package io.operatorlib.internal.engine;

import io.operatorlib.ResourceKey;
import io.operatorlib.internal.kube.KindRef;

/** One object of the API, by name: what a write is about. */
record Target(KindRef kind, ResourceKey key) {
    @Override
    public String toString() {
        return kind.kind() + " " + key;
    }
}
