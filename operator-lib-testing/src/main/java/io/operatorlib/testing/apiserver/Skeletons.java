package io.operatorlib.testing.apiserver;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

/**
 * What an empty object of a kind has already: the fields that a server's own types always write. To fill them is no
 * addition, so a creator does not own them as such, only what it puts into them.
 */
final class Skeletons {
    private Skeletons() {}

    static JsonObject of(ServedKind kind) {
        if (kind.custom()) {
            return json("{'metadata':{}}");
        }
        return switch (kind.kind()) {
            case "Pod" -> json("{'metadata':{},'spec':{'containers':[]},'status':{}}");
            case "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet" ->
                json("{'metadata':{},'spec':{'selector':null,'strategy':{},'updateStrategy':{},'template':"
                        + "{'metadata':{},'spec':{'containers':[]}}},'status':{}}");
            case "Job" ->
                json("{'metadata':{},'spec':{'template':{'metadata':{},'spec':{'containers':[]}}},'status':{}}");
            case "CronJob" ->
                json("{'metadata':{},'spec':{'jobTemplate':{'metadata':{},'spec':{'template':"
                        + "{'metadata':{},'spec':{'containers':[]}}}}},'status':{}}");
            case "Service" -> json("{'metadata':{},'spec':{},'status':{'loadBalancer':{}}}");
            case "PersistentVolumeClaim" -> json("{'metadata':{},'spec':{'resources':{}},'status':{}}");
            case "CustomResourceDefinition" ->
                json("{'metadata':{},'spec':{'names':{'kind':'','plural':''}},'status':{'acceptedNames':"
                        + "{'kind':'','plural':''}}}");
            case "Event" -> json("{'metadata':{},'involvedObject':{},'source':{}}");
            case "RoleBinding", "ClusterRoleBinding" -> json("{'metadata':{},'roleRef':{}}");
            case "ConfigMap", "Secret", "ServiceAccount", "Endpoints", "Role", "ClusterRole" -> json("{'metadata':{}}");
            default -> json("{'metadata':{},'spec':{},'status':{}}");
        };
    }

    private static JsonObject json(String text) {
        return JsonParser.parseString(text.replace('\'', '"')).getAsJsonObject();
    }
}
