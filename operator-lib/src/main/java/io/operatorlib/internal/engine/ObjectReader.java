package io.operatorlib.internal.engine;

import com.google.gson.JsonObject;
import io.kubernetes.client.common.KubernetesObject;
import io.operatorlib.Kind;
import io.operatorlib.Resource;
import io.operatorlib.Selection;
import io.operatorlib.internal.cache.Projection;
import io.operatorlib.internal.cache.StoredObject;
import io.operatorlib.internal.json.Codec;
import io.operatorlib.internal.json.CodecException;
import io.operatorlib.internal.kube.BuiltInKinds;

/**
 * Makes of what the caches hold what authors are shown: anew each time, so that what an author does to it harms nobody
 * else.
 */
record ObjectReader(Codec codec) {

    /**
     * Reads a resource.
     *
     * @throws UndecodableException which names it
     */
    <S, T> Resource<S, T> resource(Kind<S, T> kind, StoredObject stored, JsonObject json) {
        try {
            return codec.resource(kind, json);
        } catch (CodecException e) {
            throw new UndecodableException(kind.kind() + " " + stored.key(), e);
        }
    }

    /**
     * Reads an object, or what was kept of it.
     *
     * @throws UndecodableException which names it
     */
    <C extends KubernetesObject, V> V object(Selection<C, V> selection, StoredObject stored) {
        try {
            return codec.decode(selection.seenAs(), stored.text());
        } catch (CodecException e) {
            throw new UndecodableException(BuiltInKinds.of(selection.type()).kind() + " " + stored.key(), e);
        }
    }

    /** What a cache is to keep of the selected objects. */
    <C extends KubernetesObject, V> Projection projection(Selection<C, V> selection) {
        return selection.seenAs() == (Class<?>) selection.type()
                ? Projection.whole()
                : json -> codec.encode(selection.projection().apply(codec.decode(selection.type(), json)));
    }
}
