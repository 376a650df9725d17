import { FlannelArgs, WeaveNetArgs } from "./args";
import { flannelImages } from "./flannel-daemon-set";
import { weaveImages } from "./weave-net-daemon-set";

/** What the images of an add-on follow from. */
type Pulled =
    | ({ addOn: "weave" } & Pick<WeaveNetArgs, "imageRegistry" | "digests">)
    | ({ addOn: "flannel" } & Pick<FlannelArgs, "imageRegistry" | "digests">)
    | { addOn: "none" };

/** All images that a network add-on pulls. */
export function networkImages(network: Pulled): string[] {
    switch (network.addOn) {
        case "weave":
            return Object.values(weaveImages(network));
        case "flannel":
            return Object.values(flannelImages(network));
        case "none":
            return [];
    }
}
