package io.operatorlib.conversion;

import io.operatorlib.Kind;
import io.operatorlib.crd.ListMapKeys;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A kind with three versions: the newest is the hub. */
final class Websites {
    record Page(
            String name, @Nullable String text, @Nullable String style) {}

    record Site(
            @Nullable Integer replicas,
            @ListMapKeys("name") List<Page> pages,
            @Nullable String theme) {}

    record Status(@Nullable Integer pages) {}

    record OldPage(String name, @Nullable String text) {}

    record OldSite(
            @Nullable Integer size,
            @ListMapKeys("name") List<OldPage> pages,
            @Nullable String motto) {}

    record OldestSite(@Nullable String text) {}

    record OldestStatus(@Nullable String pages) {}

    static final Kind<Site, Status> V2 = Kind.of("demo.operatorlib.io", "v2", "Website", Site.class, Status.class);
    static final Kind<OldSite, Status> V1 =
            Kind.of("demo.operatorlib.io", "v1", "Website", OldSite.class, Status.class);
    static final Kind<OldestSite, OldestStatus> V0 =
            Kind.of("demo.operatorlib.io", "v0", "Website", OldestSite.class, OldestStatus.class);

    static final Conversion<Site, Status> CONVERSION = Conversion.hub(V2)
            .spoke(V1, Websites::fromV1, Websites::toV1)
            .spoke(V0, Websites::fromV0, Websites::toV0, Websites::statusFromV0, Websites::statusToV0);

    private Websites() {}

    private static Site fromV1(OldSite old) {
        return new Site(
                old.size(),
                old.pages().stream()
                        .map(page -> new Page(page.name(), page.text(), null))
                        .toList(),
                null);
    }

    private static OldSite toV1(Site site) {
        return new OldSite(
                site.replicas(),
                site.pages().stream()
                        .map(page -> new OldPage(page.name(), page.text()))
                        .toList(),
                null);
    }

    private static Site fromV0(OldestSite oldest) {
        return oldest.text() == null
                ? new Site(null, List.of(), null)
                : new Site(null, List.of(new Page("index", oldest.text(), null)), null);
    }

    private static OldestSite toV0(Site site) {
        return new OldestSite(site.pages().stream()
                .filter(page -> page.name().equals("index"))
                .map(Page::text)
                .findFirst()
                .orElse(null));
    }

    private static Status statusFromV0(OldestStatus status) {
        return new Status(status.pages() == null ? null : Integer.valueOf(status.pages()));
    }

    private static OldestStatus statusToV0(Status status) {
        return new OldestStatus(status.pages() == null ? null : status.pages().toString());
    }
}
