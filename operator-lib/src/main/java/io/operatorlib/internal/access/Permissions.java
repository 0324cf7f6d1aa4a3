package io.operatorlib.internal.access;

import io.operatorlib.Controller;
import io.operatorlib.Kind;
import io.operatorlib.Selection;
import io.operatorlib.conversion.ConversionServer;
import io.operatorlib.crd.Crd;
import io.operatorlib.crd.CrdPolicy;
import io.operatorlib.internal.access.Permission.Need;
import io.operatorlib.internal.kube.BuiltInKinds;
import io.operatorlib.internal.kube.KindRef;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What an operator must be allowed to do, as its wiring tells. */
public final class Permissions {
    private static final List<String> READ = List.of("get", "list", "watch");
    private static final List<String> WRITE = List.of("create", "patch", "delete");
    private static final KindRef DEFINITIONS =
            new KindRef("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", false);
    private static final KindRef EVENTS = new KindRef("events.k8s.io", "v1", "Event", "events", true);

    private static final KindRef SECRETS = new KindRef("", "v1", "Secret", "secrets", true);

    private static final KindRef SLICES =
            new KindRef("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", true);

    private static final KindRef LEASES = new KindRef("coordination.k8s.io", "v1", "Lease", "leases", true);

    // by what is allowed, so that what is always needed stays so
    private final Map<List<String>, Permission> all = new LinkedHashMap<>();

    /** The permissions of an operator. */
    public static Permissions of(List<Crd> crds, CrdPolicy policy, List<Controller<?, ?>> controllers) {
        var permissions = new Permissions();
        crds.forEach(crd -> permissions.add(crd, policy));
        controllers.forEach(permissions::add);
        permissions.add(EVENTS, "", "", Need.ALWAYS, List.of("create", "patch"));
        return permissions;
    }

    private Permissions() {}

    /** These, and what it takes to be elected by a Lease. */
    public Permissions electing(String lease) {
        add(LEASES, "", "", Need.ALWAYS, List.of("create"));
        add(LEASES, "", lease, Need.ALWAYS, List.of("get", "update", "watch"));
        return this;
    }

    /**
     * These, and what a webhook needs: its Secret, to have an object of each old version converted, and to see who is
     * behind its Service.
     */
    public Permissions converting(ConversionServer server) {
        if (server.certificatesFromElsewhere()) {
            add(SECRETS, "", server.secret(), Need.ALWAYS, List.of("get"));
        } else {
            add(SECRETS, "", "", Need.ALWAYS, List.of("create"));
            add(SECRETS, "", server.secret(), Need.ALWAYS, List.of("get", "update"));
        }
        if (!server.service().isEmpty()) {
            add(SLICES, "", "", Need.ALWAYS, List.of("list"));
        }
        server.conversions()
                .forEach(conversion -> add(KindRef.of(conversion.hub()), "", "", Need.ALWAYS, List.of("create")));
        return this;
    }

    /** Those that are needed so much. */
    public List<Permission> of(Need need) {
        return all.values().stream()
                .filter(permission -> permission.need() == need)
                .toList();
    }

    private void add(Crd crd, CrdPolicy policy) {
        add(DEFINITIONS, "", crd.name(), Need.ALWAYS, List.of("get", "watch"));
        if (policy != CrdPolicy.APPLY) {
            return;
        }
        add(DEFINITIONS, "", "", Need.ALWAYS, List.of("create"));
        add(DEFINITIONS, "", crd.name(), Need.ALWAYS, List.of("patch"));
        if (crd.versions().size() > 1) {
            // to have objects stored in another version
            add(DEFINITIONS, "/status", crd.name(), Need.ALWAYS, List.of("patch"));
            add(KindRef.of(crd.kind()), "", "", Need.ALWAYS, List.of("list", "patch"));
        }
    }

    private void add(Controller<?, ?> controller) {
        Kind<?, ?> kind = controller.kind();
        KindRef primary = KindRef.of(kind);
        add(primary, "", "", Need.ALWAYS, READ);
        if (kind.status() != Void.class) {
            add(primary, "/status", "", Need.ALWAYS, List.of("patch"));
        }
        if (!controller.finalizers().isEmpty()) {
            add(primary, "", "", Need.ALWAYS, List.of("patch"));
        }
        if (!controller.owned().isEmpty()) {
            // an owner that blocks deletion may be named only by who may change its finalizers
            add(primary, "/finalizers", "", Need.ALWAYS, List.of("update"));
        }
        controller.owned().forEach(this::addFollowed);
        controller.watched().forEach(watched -> addFollowed(watched.selection()));
    }

    /** Who follows objects of one name only, need not be let read others. */
    private void addFollowed(Selection<?, ?> selection) {
        KindRef kind = BuiltInKinds.of(selection.type());
        add(kind, "", selection.fields().getOrDefault("metadata.name", ""), Need.ALWAYS, READ);
        add(kind, "", "", Need.IF_PLANNED, WRITE);
    }

    private void add(KindRef kind, String subresource, String object, Need need, List<String> verbs) {
        for (String verb : verbs) {
            String resource = kind.plural() + subresource;
            all.merge(
                    List.of(kind.group(), resource, object, verb),
                    new Permission(kind.group(), resource, object, verb, kind.namespaced(), need),
                    (a, b) -> a.need() == Need.ALWAYS ? a : b);
        }
    }
}
