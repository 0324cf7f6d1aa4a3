package io.operatorlib.testing.leader;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A way to a server that can be cut: connections stay open, and nothing comes through any more. */
final class CutProxy implements AutoCloseable {
    private final ServerSocket door;
    private final int target;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private volatile boolean cut;

    CutProxy(int target) {
        this.target = target;
        try {
            door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    int port() {
        return door.getLocalPort();
    }

    void cut() {
        cut = true;
    }

    void heal() {
        cut = false;
        open.forEach(CutProxy::end);
        open.clear();
    }

    private static void start(Runnable body) {
        var thread = new Thread(body, "cut-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                var client = door.accept();
                open.add(client);
                if (!cut) {
                    var server = new Socket(InetAddress.getLoopbackAddress(), target);
                    open.add(server);
                    start(() -> pump(client, server));
                    start(() -> pump(server, client));
                }
            }
        } catch (IOException e) {
            // closed, or the server is gone
        }
    }

    private void pump(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] some = new byte[16 * 1024];
            for (int read = in.read(some); read >= 0; read = in.read(some)) {
                if (!cut) {
                    out.write(some, 0, read);
                }
            }
        } catch (IOException e) {
            // one side is gone, so the other goes
        }
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        heal();
    }
}
