package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonObject;

/** Where an API server finds the rules of its kinds. */
public interface RuleBook {
    /** The rules of a kind that Kubernetes has built in; those of CustomResourceDefinition judge schemas, too. */
    KindRules builtIn(String group, String version, String kind);

    /**
     * The rules of a custom kind.
     *
     * @param definition a CustomResourceDefinition without faults
     * @param version the name of one of its versions
     */
    KindRules custom(JsonObject definition, String version);
}
