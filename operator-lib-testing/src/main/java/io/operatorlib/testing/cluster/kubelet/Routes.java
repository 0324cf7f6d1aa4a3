package io.operatorlib.testing.cluster.kubelet;

import io.operatorlib.ResourceKey;

/** By which addresses a pod's processes reach others: their own, or that of something in between. */
public interface Routes {
    /** Nothing is in between. */
    Routes DIRECT = new Routes() {
        @Override
        public String toPod(ResourceKey from, ResourceKey to, String address) {
            return address;
        }

        @Override
        public KubeletSettings.ApiAccess toApi(ResourceKey from, KubeletSettings.ApiAccess direct) {
            return direct;
        }

        @Override
        public void gone(ResourceKey pod) {}
    };

    /**
     * What the name of another pod means to a pod.
     *
     * @param address the other's own
     */
    String toPod(ResourceKey from, ResourceKey to, String address);

    /** Where a pod finds the API server. */
    KubeletSettings.ApiAccess toApi(ResourceKey from, KubeletSettings.ApiAccess direct);

    /** That pod is no more; another one of its name is another pod. */
    void gone(ResourceKey pod);
}
