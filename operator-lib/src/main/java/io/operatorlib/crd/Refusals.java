package io.operatorlib.crd;

import com.google.gson.JsonObject;
import io.operatorlib.Kind;
import io.operatorlib.crd.CrdChange.Impact;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.ListQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Why a definition must not be put in the place of the live one, told so that a person can do something about it. */
final class Refusals {
    /** Enough to see what they have in common. */
    private static final int NAMED = 10;

    private final CrdClient client;
    private final Crd crd;

    Refusals(CrdClient client, Crd crd) {
        this.client = client;
        this.crd = crd;
    }

    /**
     * Looks whether it may be put there.
     *
     * @throws CrdException if it may not
     */
    void check(LiveCrd live, CrdVerdict verdict) {
        if (live.schemaless()) {
            foreign(live);
        } else {
            breaking(live, verdict);
        }
    }

    private void breaking(LiveCrd live, CrdVerdict verdict) {
        if (verdict.bearable()) {
            return;
        }
        throw new CrdException("the definition " + crd.name() + " is left as it is, for the new one could break"
                + " what is stored or what clients send:\n  "
                + verdict.of(Impact.BREAKING).stream().map(CrdChange::toString).collect(Collectors.joining("\n  "))
                + "\n" + told(refused(live))
                + "What to do: add a version with the new shape and a conversion, and leave this one as it was; or,"
                + " where nobody needs what would break, apply the new definition by hand: kubectl apply"
                + " --server-side --force-conflicts -f (the policy PRINT prints it)");
    }

    private void foreign(LiveCrd live) {
        List<String> refused = refused(live);
        if (!crd.takesOver()) {
            throw new CrdException("the definition " + crd.name() + " is another's: it has no schema. It is left as it"
                    + " is, with versions "
                    + live.versions().stream()
                            .map(version -> Json.text(version, "name"))
                            .collect(Collectors.joining(", "))
                    + ".\n" + told(refused)
                    + "What to do: stop whoever works with it, mend the objects named, and let the definition take over"
                    + " (Crd.takingOver), with a version for each that is there");
        }
        if (!refused.isEmpty()) {
            throw new CrdException("the definition " + crd.name() + " is another's, without a schema, and is not taken"
                    + " over yet.\n" + told(refused) + "What to do: mend or delete the objects named");
        }
        breaking(live, CrdVerdict.between(live.described(crd.tree()), crd.tree()));
    }

    private static String told(List<String> refused) {
        return refused.isEmpty()
                ? ""
                : "Objects that the new schema would refuse:\n  " + String.join("\n  ", refused) + "\n";
    }

    /** The stored objects that the wished schema has something against, with what it has; the first few. */
    private List<String> refused(LiveCrd live) {
        Optional<String> version = live.versions().stream()
                .map(known -> Json.text(known, "name"))
                .filter(live::serves)
                .findFirst();
        if (version.isEmpty()) {
            return List.of();
        }
        JsonObject schema = schema(version.get());
        Kind<?, ?> kind = crd.kind();
        var at = new KindRef(kind.group(), version.get(), kind.kind(), kind.plural(), kind.namespaced());
        var refused = new ArrayList<String>();
        try {
            client.objects().list(ListQuery.all(at), object -> {
                var objections = SchemaObjections.to(object, schema);
                if (!objections.isEmpty() && refused.size() <= NAMED) {
                    refused.add(refused.size() == NAMED ? "and more" : Json.key(object) + ": " + objections.get(0));
                }
            });
        } catch (ApiException e) {
            refused.add("unknown, for they cannot be listed: " + e.status());
        }
        return refused;
    }

    /** The wished schema of that version, or where there is none that of the hub. */
    private JsonObject schema(String version) {
        List<JsonObject> versions = Json.objects(crd.tree(), "spec", "versions");
        return versions.stream()
                .filter(wished -> Json.text(wished, "name").equals(version))
                .findFirst()
                .or(() -> versions.stream().findFirst())
                .map(wished -> Json.object(wished, "schema", "openAPIV3Schema"))
                .orElseThrow();
    }
}
