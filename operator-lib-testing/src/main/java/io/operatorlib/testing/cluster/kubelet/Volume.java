package io.operatorlib.testing.cluster.kubelet;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A volume of a pod. */
public sealed interface Volume {
    String name();

    /** A folder that begins empty and lives as long as its pod, through every restart of its containers. */
    record EmptyDir(String name) implements Volume {}

    /**
     * A folder that outlives the pod.
     *
     * @param path where it is: a PersistentVolume's own folder, made where it is not there
     * @param bytes how large the PersistentVolume says that it is
     */
    record Folder(String name, String path, long bytes) implements Volume {}

    /**
     * Files made from objects of the API, read-only.
     *
     * @param files the content by relative path
     */
    record Files(String name, SortedMap<String, FileContent> files) implements Volume {
        public static Files of(String name, Map<String, FileContent> files) {
            return new Files(name, new TreeMap<>(files));
        }
    }

    /**
     * A file's content.
     *
     * @param text the content, one char for each byte: contents need not be text
     * @param mode the permission bits
     */
    record FileContent(String text, int mode) {}
}
