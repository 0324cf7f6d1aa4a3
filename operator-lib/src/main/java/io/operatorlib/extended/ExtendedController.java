package io.operatorlib.extended;

import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.extended.controller.reconciler.Reconciler;
import io.kubernetes.client.extended.controller.reconciler.Request;
import io.kubernetes.client.informer.SharedIndexInformer;
import io.operatorlib.Controller;
import io.operatorlib.Kind;
import io.operatorlib.ResourceKey;
import io.operatorlib.Selection;
import io.operatorlib.internal.kube.BuiltInKinds;
import io.operatorlib.internal.kube.KindRef;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Wires an existing client-java-extended {@link Reconciler}, unchanged, to this library's queue, informers, leader
 * election and metrics. Used by one thread, before the operator starts.
 *
 * <p>The reconciler is called with a {@link Request} for each resource at the start, when it changes, when an object of
 * a watched type does that concerns it, and when it is gone. It reads from the informers given here, and writes as it
 * always did: what it writes by its own client is not held back when the leadership is lost.
 *
 * @param <K> the class of the resources
 */
public final class ExtendedController<K extends KubernetesObject> {
    private final Class<K> type;
    private final Kind<Object, Void> kind;
    private final Map<Class<?>, FollowedInformer<?>> informers = new LinkedHashMap<>();
    private final Map<Class<?>, Function<Object, @Nullable Request>> watches = new LinkedHashMap<>();
    private int workers = Controller.WORKERS;

    private ExtendedController(Class<K> type, Kind<Object, Void> kind) {
        this.type = type;
        this.kind = kind;
    }

    /** Begins a controller of one of Kubernetes' own kinds. */
    public static <K extends KubernetesObject> ExtendedController<K> of(Class<K> type) {
        KindRef ref = BuiltInKinds.of(type);
        return new ExtendedController<>(
                type,
                new Kind<>(ref.group(), ref.version(), ref.kind(), ref.plural(), ref.namespaced(), type, Void.class));
    }

    /**
     * Begins a controller of a custom resource.
     *
     * @param type the class of the whole resource
     * @param kind names it; its own types for spec and status are not used
     */
    public static <K extends KubernetesObject> ExtendedController<K> of(Class<K> type, Kind<?, ?> kind) {
        return new ExtendedController<>(
                type,
                new Kind<>(
                        kind.group(), kind.version(), kind.kind(), kind.plural(), kind.namespaced(), type, Void.class));
    }

    /**
     * The objects of a type, kept up to date while the operator runs: what the reconciler is constructed with.
     *
     * @param followed the resources' own class, or one of Kubernetes' own kinds
     */
    @SuppressWarnings("unchecked") // the key and the value are of one type
    public <C extends KubernetesObject> SharedIndexInformer<C> informer(Class<C> followed) {
        KindRef ref = followed.equals(type) ? KindRef.of(kind) : BuiltInKinds.of(followed);
        return (SharedIndexInformer<C>)
                informers.computeIfAbsent(followed, any -> new FollowedInformer<>(followed, ref));
    }

    /**
     * Calls the reconciler when objects of another type change.
     *
     * @param key which resource an object concerns; null for none
     */
    public <C extends KubernetesObject> ExtendedController<K> watch(
            Class<C> followed, Function<C, @Nullable Request> key) {
        informer(followed);
        watches.put(followed, object -> key.apply(followed.cast(object)));
        return this;
    }

    /** Reconciles up to that many resources at the same time. */
    public ExtendedController<K> workers(int number) {
        workers = number;
        return this;
    }

    /** The controller, to be given to an {@link io.operatorlib.Operator}. */
    public Controller<?, ?> reconcile(Reconciler reconciler) {
        Controller<Object, Void> controller = Controller.of(kind).workers(workers);
        for (Class<?> followed : informers.keySet()) {
            if (!followed.equals(type)) {
                controller = watching(controller, followed.asSubclass(KubernetesObject.class));
            }
        }
        return controller.reconcile(new CallsReconciler(reconciler, informers.values()));
    }

    private <C extends KubernetesObject> Controller<Object, Void> watching(
            Controller<Object, Void> controller, Class<C> followed) {
        var key = watches.get(followed);
        return controller.watches(Selection.of(followed), (C object) -> {
            Request request = key == null ? null : key.apply(object);
            return request == null
                    ? Set.of()
                    : Set.of(new ResourceKey(
                            request.getNamespace() == null ? "" : request.getNamespace(), request.getName()));
        });
    }
}
