//! An async function that calls itself.
//!
//! Use it when data is nested and each level has to be awaited: folders, comments, pages of links.
//!
//! Prevents: "recursion in an async fn requires boxing", and trees so deep that they overflow the
//! stack.

use std::error::Error;

/// A folder with its own size and its children.
struct Folder {
    size: u64,
    children: Vec<Folder>,
}

/// Asks for the size of one folder. Stands for a call to a file system or a server.
async fn size_of(folder: &Folder) -> u64 {
    tokio::task::yield_now().await;
    folder.size
}

/// The size of the whole tree, by recursion: one allocation for each folder.
async fn total(folder: &Folder) -> u64 {
    let mut sum = size_of(folder).await;
    for child in &folder.children {
        // A future cannot contain itself; behind a pointer its size is known.
        sum += Box::pin(total(child)).await;
    }
    sum
}

/// The same with a list of what is left to do: it takes any depth, and no allocation for each call.
async fn total_by_list(root: &Folder) -> u64 {
    let mut sum = 0;
    let mut left = vec![root];
    while let Some(folder) = left.pop() {
        sum += size_of(folder).await;
        left.extend(&folder.children);
    }
    sum
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let leaf = |size| Folder {
        size,
        children: Vec::new(),
    };
    let root = Folder {
        size: 1,
        children: vec![
            leaf(2),
            Folder {
                size: 4,
                children: vec![leaf(8)],
            },
        ],
    };
    println!("by recursion: {}", total(&root).await);
    println!("by list: {}", total_by_list(&root).await);

    // The boxed future is `Send`, so a task may recurse too.
    let spawned = tokio::spawn(async move { total(&root).await });
    println!("in a task: {}", spawned.await?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Folders of size 1, each in the one before.
    fn chain(depth: u64) -> Folder {
        (1..depth).fold(
            Folder {
                size: 1,
                children: Vec::new(),
            },
            |inner, _| Folder {
                size: 1,
                children: vec![inner],
            },
        )
    }

    #[tokio::test]
    async fn both_ways_agree() {
        let root = Folder {
            size: 5,
            children: vec![chain(3), chain(2)],
        };
        assert_eq!(total(&root).await, 10);
        assert_eq!(total_by_list(&root).await, 10);
    }

    #[tokio::test]
    async fn a_list_takes_any_depth() {
        let mut root = chain(10_000);
        assert_eq!(total_by_list(&root).await, 10_000);
        // Dropping so deep a tree recurses too: it is taken apart.
        while let Some(inner) = root.children.pop() {
            root = inner;
        }
    }
}
