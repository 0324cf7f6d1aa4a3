package io.operatorlib.quickstart;

import io.operatorlib.KubeApis;
import io.operatorlib.testing.story.Teller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;

/**
 * The program behind {@code ./quickstart --on KUBECONFIG}: the story, told on a cluster that is there, in a namespace of
 * its own. The operator stays installed, for others may use it.
 */
public final class OnCluster {
    private static final String NAMESPACE = "etcd-quickstart";
    private static final Pattern VERSION = Pattern.compile("(?m)^  version: (.*)$");
    private static final Pattern IMAGE = Pattern.compile("(?m)image: .*/etcd-operator:.*$");

    // kept, for what is set at a logger is forgotten with it
    private static final Logger TRANSPORT = Logger.getLogger("io.grpc");

    private OnCluster() {}

    /** {@code KUBECONFIG KUBECTL OPERATOR_FOLDER [--live] [IMAGE]}: the image in place of the manifest's. */
    public static void main(String[] args) throws Exception {
        TRANSPORT.setLevel(Level.WARNING); // the etcd client's transport speaks of itself, on the terminal
        var options = List.of(args).subList(3, args.length);
        boolean live = options.contains("--live");
        var image = options.subList(live ? 1 : 0, options.size());
        tell(Path.of(args[0]), Path.of(args[1]), Path.of(args[2]), image, new Teller(System.out, live));
    }

    /** Tells the story. */
    static void tell(Path kubeconfig, Path kubectl, Path operator, List<String> image, Teller teller) throws Exception {
        long begin = System.nanoTime();
        String manifest = Files.readString(operator.resolve("deploy/install.yaml"));
        for (String name : image) {
            manifest = IMAGE.matcher(manifest).replaceAll("image: " + name);
        }
        var gateways = new Gateways(kubectl, kubeconfig, NAMESPACE);
        Runtime.getRuntime().addShutdownHook(new Thread(gateways::close, "farewell"));
        var stage = new Stage(KubeApis.fromKubeconfig(kubeconfig), NAMESPACE, gateways);
        teller.note("everything but the operator lives in the namespace " + NAMESPACE);
        stage.open();
        new Story(stage, version(operator), teller).tell(manifest);
        gateways.close();
        stage.close();
        teller.chapter("The end, " + Teller.seconds(Duration.ofNanos(System.nanoTime() - begin))
                + "; the operator stays, until you delete it: kubectl delete -f etcd-operator/deploy/install.yaml");
    }

    /** The etcd that the operator's example runs. */
    static String version(Path operator) throws IOException {
        var version = VERSION.matcher(Files.readString(operator.resolve("deploy/example.yaml")));
        if (!version.find()) {
            throw new IllegalStateException("the example names no version");
        }
        return version.group(1);
    }
}
