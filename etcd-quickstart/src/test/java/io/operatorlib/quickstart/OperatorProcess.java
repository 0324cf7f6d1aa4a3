package io.operatorlib.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The operator as a process of this machine, in no pod, and begun again whenever it ends. */
final class OperatorProcess implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(300);

    private final List<String> command;
    private final Path kubeconfig;
    private final Path log;
    private volatile @Nullable Process process;
    private volatile boolean closed;

    private OperatorProcess(List<String> command, Path kubeconfig, Path log) {
        // it dies with the thread that started it, and so with this program, however that ends
        this.command = Stream.concat(Stream.of("setpriv", "--pdeathsig", "KILL", "--"), command.stream())
                .toList();
        this.kubeconfig = kubeconfig;
        this.log = log;
    }

    /**
     * Starts it.
     *
     * @param kubeconfig by which it reaches its API server
     * @param log where it writes what it says
     */
    static OperatorProcess start(List<String> command, Path kubeconfig, Path log) {
        var operator = new OperatorProcess(command, kubeconfig, log);
        var thread = new Thread(operator::run, "operator");
        thread.setDaemon(true);
        thread.start();
        return operator;
    }

    private void run() {
        try {
            while (!closed) {
                var begun = begin();
                process = begun;
                if (closed) {
                    begun.destroyForcibly();
                }
                begun.waitFor();
                Thread.sleep(PAUSE.toMillis());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Process begin() throws IOException {
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        long pid = ProcessHandle.current().pid(); // others on this machine listen at these ports, too
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        builder.environment()
                .put("KUBERNETES_SERVICE_HOST", "127.0.0.1"); // as in a pod: its webhook is behind a Service
        builder.environment().put("POD_IP", "127.77." + (pid >> 7) % 256 + "." + (1 + pid % 128));
        builder.environment().put("POD_NAME", "etcd-operator-0");
        builder.environment().put("POD_NAMESPACE", "etcd-operator");
        return builder.start();
    }

    /** Its process, if there is one now. */
    Optional<ProcessHandle> process() {
        return Optional.ofNullable(process).filter(Process::isAlive).map(Process::toHandle);
    }

    @Override
    public void close() {
        closed = true;
        process().ifPresent(ProcessHandle::destroyForcibly);
    }
}
