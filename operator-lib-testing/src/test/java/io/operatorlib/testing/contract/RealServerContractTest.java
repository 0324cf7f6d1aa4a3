package io.operatorlib.testing.contract;

import io.kubernetes.client.util.Config;
import io.operatorlib.internal.kube.ClientJavaKubeApi;
import io.operatorlib.spi.KubeApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

@EnabledIfSystemProperty(named = "contract.kubeconfig", matches = ".+")
class RealServerContractTest extends KubeApiContract {
    private final KubeApi api = open();

    private static KubeApi open() {
        try {
            return new ClientJavaKubeApi(Config.fromConfig(System.getProperty("contract.kubeconfig")));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    protected KubeApi api() {
        return api;
    }

    @Override
    protected Waiting waiting() {
        return time -> Thread.sleep(time.toMillis());
    }

    @Override
    protected String namespace(String script) {
        return "c" + (System.currentTimeMillis() % 100000000) + script;
    }

    @Override
    protected boolean recording() {
        return System.getProperty("contract.record") != null;
    }

    @Override
    protected void answered(String script, String answers) throws IOException {
        if (recording()) {
            Files.writeString(Path.of(System.getProperty("contract.record"), script + ".contract"), answers);
        }
    }
}
