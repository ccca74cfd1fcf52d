package io.densenet.data;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The data sets that have a name: what they are, where they are published, and how their images are
/// normalised.
public enum NamedDataset {
    /// 8,000 + 2,000 images of Fashion-MNIST; ships with the program
    FASHION_MNIST_MINI,
    /// 60,000 + 10,000 grey images of clothes, 28×28, 10 classes (arXiv:1708.07747)
    FASHION_MNIST,
    /// 60,000 + 10,000 grey handwritten digits, 28×28
    MNIST,
    /// 50,000 + 10,000 colour images, 32×32, 10 classes
    CIFAR10,
    /// 50,000 + 10,000 colour images, 32×32, 100 classes
    CIFAR100,
    /// CIFAR-100 with its 20 superclasses instead of the 100 classes; the same files
    CIFAR100_COARSE,
    /// 73,257 + 531,131 colour images of digits to train on and 26,032 to test on, 32×32, see [SvhnFile]
    SVHN,
    /// ILSVRC 2012: 1,281,167 + 50,000 photographs, 1,000 classes, see [ImageNetFolder]; never downloaded
    IMAGENET;

    /// A file as its publisher offers it.
    ///
    /// @param md5 the publisher's checksum, in hexadecimal
    public record PublishedFile(String name, String md5) {}

    /// The name that users write, such as `fashion-mnist`.
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The name of the folder that its files are looked for in and downloaded to.
    public String folderName() {
        return this == CIFAR100_COARSE ? CIFAR100.label() : label();
    }

    /// Whether anybody may fetch it. ImageNet wants an account and a promise.
    public boolean isDownloadable() {
        return this != IMAGENET;
    }

    /// The data set of that name, if there is one.
    public static Optional<NamedDataset> of(String label) {
        return Arrays.stream(values())
                .filter(dataset -> dataset.label().equals(label))
                .findFirst();
    }

    /// Names of the classes; empty where the files themselves name them.
    public List<String> classNames() {
        return switch (this) {
            case FASHION_MNIST_MINI, FASHION_MNIST ->
                List.of(
                        "T-shirt/top",
                        "Trouser",
                        "Pullover",
                        "Dress",
                        "Coat",
                        "Sandal",
                        "Shirt",
                        "Sneaker",
                        "Bag",
                        "Ankle boot");
            case MNIST, SVHN -> List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
            case CIFAR10, CIFAR100, CIFAR100_COARSE, IMAGENET -> List.of();
        };
    }

    /// How many classes it has.
    public int classes() {
        return switch (this) {
            case FASHION_MNIST_MINI, FASHION_MNIST, MNIST, CIFAR10, SVHN -> 10;
            case CIFAR100 -> 100;
            case CIFAR100_COARSE -> 20;
            case IMAGENET -> 1000;
        };
    }

    /// Height and width of its images; of ImageNet, whose photographs have any size, of what is cut out of them.
    public int side() {
        return switch (this) {
            case FASHION_MNIST_MINI, FASHION_MNIST, MNIST -> 28;
            case CIFAR10, CIFAR100, CIFAR100_COARSE, SVHN -> 32;
            case IMAGENET -> 224;
        };
    }

    /// Means and deviations of the training images. CIFAR's are those of the authors' code
    /// (datasets/cifar10.lua and cifar100.lua of github.com/liuzhuang13/DenseNet), MNIST's are those in
    /// general use, Fashion-MNIST's were computed from its 60,000 training images (0.28604060, 0.35302424).
    /// SVHN is divided by 255 and no more, as the paper does (§4.1). ImageNet's are those of
    /// github.com/facebookarchive/fb.resnet.torch, which the paper follows.
    public Normalization normalization() {
        return switch (this) {
            case FASHION_MNIST_MINI, FASHION_MNIST -> new Normalization(List.of(0.2860406), List.of(0.3530242));
            case MNIST -> new Normalization(List.of(0.1307), List.of(0.3081));
            case CIFAR10 ->
                new Normalization(
                        List.of(125.3 / 255, 123.0 / 255, 113.9 / 255), List.of(63.0 / 255, 62.1 / 255, 66.7 / 255));
            case CIFAR100, CIFAR100_COARSE ->
                new Normalization(
                        List.of(129.3 / 255, 124.1 / 255, 112.4 / 255), List.of(68.2 / 255, 65.4 / 255, 70.4 / 255));
            case SVHN -> Normalization.unit(3);
            case IMAGENET -> Normalization.imageNet();
        };
    }

    /// Where the files are published. Yann LeCun's own page of MNIST no longer serves them; the address is
    /// the mirror that torchvision uses.
    URI address() {
        return URI.create(
                switch (this) {
                    case FASHION_MNIST_MINI, FASHION_MNIST ->
                        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/";
                    case MNIST -> "https://ossci-datasets.s3.amazonaws.com/mnist/";
                    case CIFAR10, CIFAR100, CIFAR100_COARSE -> "https://www.cs.toronto.edu/~kriz/";
                    case SVHN -> "http://ufldl.stanford.edu/housenumbers/";
                    case IMAGENET -> "https://image-net.org/";
                });
    }

    /// The published files. Checksums: README of github.com/zalandoresearch/fashion-mnist;
    /// torchvision/datasets/mnist.py and svhn.py; the page of CIFAR,
    /// https://www.cs.toronto.edu/~kriz/cifar.html. None for what ships with the program.
    List<PublishedFile> files() {
        return switch (this) {
            case FASHION_MNIST_MINI, IMAGENET -> List.of();
            case FASHION_MNIST ->
                List.of(
                        new PublishedFile("train-images-idx3-ubyte.gz", "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
                        new PublishedFile("train-labels-idx1-ubyte.gz", "25c81989df183df01b3e8a0aad5dffbe"),
                        new PublishedFile("t10k-images-idx3-ubyte.gz", "bef4ecab320f06d8554ea6380940ec79"),
                        new PublishedFile("t10k-labels-idx1-ubyte.gz", "bb300cfdad3c16e7a12a480ee83cd310"));
            case MNIST ->
                List.of(
                        new PublishedFile("train-images-idx3-ubyte.gz", "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
                        new PublishedFile("train-labels-idx1-ubyte.gz", "d53e105ee54ea40749a09fcbcd1e9432"),
                        new PublishedFile("t10k-images-idx3-ubyte.gz", "9fb629c4189551a2d022fa330f9573f3"),
                        new PublishedFile("t10k-labels-idx1-ubyte.gz", "ec29112dd5afa0611ce80d1b7f02629c"));
            case CIFAR10 -> List.of(new PublishedFile("cifar-10-binary.tar.gz", "c32a1d4ab5d03f1284b67883e8d87530"));
            case CIFAR100, CIFAR100_COARSE ->
                List.of(new PublishedFile("cifar-100-binary.tar.gz", "03b5dce01913d631647c71ecec9e9cb8"));
            case SVHN ->
                List.of(
                        new PublishedFile("train_32x32.mat", "e26dedcc434d2e4c54c9b2d4a06d8373"),
                        new PublishedFile("extra_32x32.mat", "a93ce644f1a588dc4d68dda5feec44a7"),
                        new PublishedFile("test_32x32.mat", "eb5a983be6a315427106f1b164d9cef3"));
        };
    }
}
