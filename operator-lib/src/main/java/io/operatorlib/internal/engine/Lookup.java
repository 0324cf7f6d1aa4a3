package io.operatorlib.internal.engine;

import io.operatorlib.internal.cache.ChangeHandler;
import io.operatorlib.internal.cache.Informer;
import io.operatorlib.internal.json.Codec;
import io.operatorlib.internal.kube.KindRef;
import java.util.List;

/** The caches of an operator, for those who look at them on their own. */
public interface Lookup {
    /** The informers of all objects of a kind, one for each namespace; none before the operator has started. */
    List<Informer> informers(KindRef kind);

    /** Has a handler told of every change; before the operator starts. */
    void follow(KindRef kind, ChangeHandler handler);

    Codec codec();
}
